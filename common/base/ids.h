// Names of things, as types: a record's id cannot be passed where an item's id is wanted.
// Each is a fixed number of bytes, compares by value, and is made only from exactly that many bytes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/strings.h"

namespace qf {

// `N` bytes that name something; `Tag` tells which kind of thing, and gives its name in errors.
template <size_t N, class Tag>
class FixedBytes {
 public:
  static constexpr size_t kSize = N;

  constexpr FixedBytes() = default;  // all zero: "none"

  // INVALID_ARGUMENT(LENGTH) unless `bytes` has exactly N bytes.
  static absl::StatusOr<FixedBytes> From(Bytes bytes) {
    if (bytes.size() != N) {
      return Error(Reason::REASON_LENGTH, absl::StrCat(Tag::kName, " must have ", N, " bytes, has ", bytes.size()));
    }
    FixedBytes out;
    std::copy(bytes.begin(), bytes.end(), out.bytes_.begin());
    return out;
  }
  // The same from hexadecimal text.
  static absl::StatusOr<FixedBytes> FromHexText(absl::string_view hex) {
    std::string bytes;
    if (!FromHex(hex, &bytes)) {
      return Error(Reason::REASON_LENGTH, absl::StrCat(Tag::kName, " must be hexadecimal"));
    }
    return From(bytes);
  }

  Bytes bytes() const { return Bytes(bytes_.data(), N); }
  std::string str() const { return std::string(bytes_.data(), N); }
  std::string hex() const { return ToHex(bytes()); }
  const unsigned char* data() const { return reinterpret_cast<const unsigned char*>(bytes_.data()); }
  unsigned char* mutable_data() { return reinterpret_cast<unsigned char*>(bytes_.data()); }
  bool empty() const { return *this == FixedBytes(); }

  friend bool operator==(const FixedBytes& a, const FixedBytes& b) { return a.bytes_ == b.bytes_; }
  friend bool operator!=(const FixedBytes& a, const FixedBytes& b) { return a.bytes_ != b.bytes_; }
  friend bool operator<(const FixedBytes& a, const FixedBytes& b) { return a.bytes() < b.bytes(); }
  template <typename H>
  friend H AbslHashValue(H h, const FixedBytes& id) {
    return H::combine(std::move(h), id.bytes());
  }

 private:
  std::array<char, N> bytes_{};
};

struct OfficeIdTag {
  static constexpr char kName[] = "office id";
};
struct RecordIdTag {
  static constexpr char kName[] = "record id";
};
struct ItemIdTag {
  static constexpr char kName[] = "item id";
};
struct IncarnationTag {
  static constexpr char kName[] = "incarnation";
};
struct DigestTag {
  static constexpr char kName[] = "SHA-256 digest";
};
struct SigningKeyTag {
  static constexpr char kName[] = "Ed25519 public key";
};
struct SealingKeyTag {
  static constexpr char kName[] = "X25519 public key";
};
struct InvitationIdTag {
  static constexpr char kName[] = "invitation id";
};

using OfficeId = FixedBytes<16, OfficeIdTag>;       // first 16 bytes of SHA-256 of the root key
using RecordId = FixedBytes<32, RecordIdTag>;       // SHA-256 of the labelled header
using ItemId = FixedBytes<16, ItemIdTag>;           // random; what a person sees as one thing
using Incarnation = FixedBytes<8, IncarnationTag>;  // random; one author in one store
using Digest = FixedBytes<32, DigestTag>;           // SHA-256
using SigningKey = FixedBytes<32, SigningKeyTag>;   // an author: device, thread, root or server
using SealingKey = FixedBytes<32, SealingKeyTag>;   // a reader
using InvitationId = FixedBytes<16, InvitationIdTag>;

}  // namespace qf
