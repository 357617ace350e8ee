#include "common/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace qf::internal {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "check failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace qf::internal
