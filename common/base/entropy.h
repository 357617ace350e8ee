// Randomness, as a seam: ids, keys, jitter. The simulator gives a seeded one.
// Ephemeral keys of sealing come from here too, so that a seed is the whole world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/check.h"
#include "common/base/secret.h"

namespace qf {

class Entropy {
 public:
  virtual ~Entropy() = default;
  // Fills `out` with `size_bytes` unpredictable bytes. Cannot fail: a system without randomness aborts.
  virtual void Fill(void* out, size_t size_bytes) = 0;

  Secret RandomSecret(size_t size_bytes) {
    Secret out(size_bytes);
    Fill(out.mutable_data(), size_bytes);
    return out;
  }
  // A new id of type Id (a FixedBytes).
  template <class Id>
  Id Random() {
    Id out;
    Fill(out.mutable_data(), Id::kSize);
    return out;
  }
  uint64_t Uint64() {
    uint64_t out;
    Fill(&out, sizeof out);
    return out;
  }
  // Evenly drawn from [0, bound); bound > 0. The bias of the modulus is below 2^-32 for every bound we use.
  uint64_t Below(uint64_t bound) { return Uint64() % bound; }
};

// The operating system's generator.
Entropy& SystemEntropy();

}  // namespace qf
