#include <sys/random.h>

#include <cerrno>

#include "common/base/check.h"
#include "common/base/entropy.h"

namespace qf {
namespace {

class RealEntropy final : public Entropy {
 public:
  void Fill(void* out, size_t size_bytes) override {
    auto* at = static_cast<char*>(out);
    while (size_bytes > 0) {
      const ssize_t got = getrandom(at, size_bytes, 0);
      if (got < 0 && errno == EINTR) continue;
      QF_CHECK(got > 0);
      at += got;
      size_bytes -= static_cast<size_t>(got);
    }
  }
};

}  // namespace

Entropy& SystemEntropy() {
  static RealEntropy* const entropy = new RealEntropy();
  return *entropy;
}

}  // namespace qf
