// Secret bytes: wiped when they go, never printed, never copied by accident.
// For: keys, seeds, PINs, shares. Not for: content, which the stores keep sealed.
#pragma once

#include <string>
#include <utility>

#include "common/base/strings.h"
#include "common/base/wipe.h"

namespace qf {

class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes bytes) : bytes_(bytes.data(), bytes.size()) {}
  explicit Secret(size_t size_bytes) : bytes_(size_bytes, '\0') {}
  Secret(Secret&& other) noexcept { *this = std::move(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      Wipe();
      bytes_.assign(other.bytes_);
      other.Wipe();
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { Wipe(); }

  Secret Copy() const { return Secret(bytes()); }
  Bytes bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  const unsigned char* data() const { return reinterpret_cast<const unsigned char*>(bytes_.data()); }
  unsigned char* mutable_data() { return reinterpret_cast<unsigned char*>(bytes_.data()); }
  void Wipe() {
    if (!bytes_.empty()) qf::Wipe(&bytes_[0], bytes_.size());
    bytes_.clear();
  }

 private:
  std::string bytes_;
};

}  // namespace qf
