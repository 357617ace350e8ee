#define OPENSSL_SUPPRESS_DEPRECATED  // the old way to replace the generator is the short one
#include "tests/simulation/world/seeded_openssl.h"

#include <openssl/rand.h>

#include "common/base/check.h"
#include "tests/support/test_entropy.h"

namespace qf::sim {
namespace {

SeededEntropy entropy(0);

int Fill(unsigned char* out, int size_bytes) {
  entropy.Fill(out, static_cast<size_t>(size_bytes));
  return 1;
}
int Ready() { return 1; }

constexpr RAND_METHOD kMethod = {nullptr, Fill, nullptr, nullptr, Fill, Ready};

}  // namespace

void SeedOpenSsl(uint64_t seed) {
  entropy = SeededEntropy(seed);
  QF_CHECK(RAND_set_rand_method(&kMethod) == 1);
}

}  // namespace qf::sim
