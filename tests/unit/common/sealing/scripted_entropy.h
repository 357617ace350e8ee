// Gives the bytes that a vector says were drawn, in that order, and no others.
#pragma once

#include <cstring>
#include <string>
#include <utility>

#include "common/base/check.h"
#include "common/base/entropy.h"

namespace qf::sealing {

class ScriptedEntropy final : public Entropy {
 public:
  explicit ScriptedEntropy(std::string draws) : draws_(std::move(draws)) {}
  void Fill(void* out, size_t size_bytes) override {
    QF_CHECK(size_bytes <= draws_.size());
    std::memcpy(out, draws_.data(), size_bytes);
    draws_.erase(0, size_bytes);
  }
  bool used_up() const { return draws_.empty(); }

 private:
  std::string draws_;
};

}  // namespace qf::sealing
