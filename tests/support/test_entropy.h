// Entropy from a seed: the same seed gives the same bytes on every machine (splitmix64).
#pragma once

#include <cstring>

#include "common/base/entropy.h"

namespace qf {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed) : state_(seed) {}
  void Fill(void* out, size_t size_bytes) override {
    auto* at = static_cast<char*>(out);
    while (size_bytes > 0) {
      const uint64_t word = Next();
      const size_t n = size_bytes < sizeof word ? size_bytes : sizeof word;
      std::memcpy(at, &word, n);
      at += n;
      size_bytes -= n;
    }
  }

 private:
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

}  // namespace qf
