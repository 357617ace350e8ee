#include <stdlib.h>

#include "common/base/entropy.h"

namespace qf {
namespace {

class RealEntropy final : public Entropy {
 public:
  // The system's own, on Linux (since glibc 2.36), Android and Apple's systems; it has no way to fail.
  void Fill(void* out, size_t size_bytes) override { arc4random_buf(out, size_bytes); }
};

}  // namespace

Entropy& SystemEntropy() {
  static RealEntropy* const entropy = new RealEntropy();
  return *entropy;
}

}  // namespace qf
