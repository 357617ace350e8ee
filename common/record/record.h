// The record: exact header bytes, a signature, a body. docs/protocol.md, "Record".
//
// For: parsing what came from outside, and making what goes out. A Record that exists here was read within the
// bounds; whether its signature was checked is said by who made it (ParseRecord checks). Immutable by convention.
// Not for: who may append what (authority.h), opening bodies (sealing/).
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/ids.h"
#include "common/base/proto_names.h"
#include "common/base/strings.h"
#include "common/record/feed.h"
#include "common/record/signing.h"
#include "qingfeng/record/v1/log.pb.h"
#include "qingfeng/record/v1/record.pb.h"

namespace qf::record {

// What every record signature and record id starts with.
inline constexpr absl::string_view kRecordLabel{"qingfeng/record/1\0", 18};

// A file that a record names.
struct BlobRef {
  Digest sha256;            // of the padded ciphertext
  uint64_t size_bytes = 0;  // of the padded ciphertext, at most 2 GiB
};

// A stream: in it `sequence` runs 1, 2, 3 … without gaps.
struct StreamId {
  SigningKey author;
  Incarnation incarnation;
  std::string feed;
  friend bool operator<(const StreamId& a, const StreamId& b) {
    return std::tie(a.author, a.incarnation, a.feed) < std::tie(b.author, b.incarnation, b.feed);
  }
  friend bool operator==(const StreamId& a, const StreamId& b) {
    return a.author == b.author && a.incarnation == b.incarnation && a.feed == b.feed;
  }
  template <typename H>
  friend H AbslHashValue(H h, const StreamId& s) {
    return H::combine(std::move(h), s.author, s.incarnation, s.feed);
  }
};

// What is signed, with its fields typed.
struct Header {
  OfficeId office;
  Feed feed;
  SigningKey author;
  Incarnation incarnation;
  uint64_t sequence = 0;
  recordpb::Kind kind = recordpb::KIND_UNSPECIFIED;
  ItemId item;
  RecordId reference;  // empty() if none
  Digest body_sha256;  // empty() if there is no body
  uint64_t body_size_bytes = 0;
  std::vector<BlobRef> blobs;
  recordpb::ClearPart clear;

  StreamId stream() const { return {author, incarnation, feed.name()}; }
};

// A record and what follows from its bytes.
struct Record {
  std::string header_bytes;
  Header header;
  RecordId id;
  std::string signature;
  std::string body;  // empty if none, or not at hand: compare header.body_size_bytes

  bool body_missing() const { return body.empty() && header.body_size_bytes > 0; }
  recordpb::Record ToProto() const;
  // Without the body.
  recordpb::SignedHeader ToSignedHeader() const;
};

// SHA-256(kRecordLabel ‖ header bytes). Nothing else names a record.
RecordId IdOf(Bytes header_bytes);

// Reads a header. MALFORMED for anything over bounds, of a wrong length, with an unknown feed or sequence 0, or with a
// blob that is too large or twice. Unknown fields and kinds are fine.
absl::StatusOr<Header> ParseHeader(Bytes header_bytes);

enum class SignatureCheck {
  kVerify,
  kKnownGood,  // the bytes come from an own store that verified them before
};

// Reads a record. Without body (empty) is fine: a re-offer or a page may lack it. TOO_LARGE, MALFORMED,
// SIGNATURE; MALFORMED also when the body is there and its size or digest is not what the header says.
absl::StatusOr<Record> ParseRecord(const recordpb::Record& record, SignatureCheck check = SignatureCheck::kVerify);

// A record by its author. Fills body_sha256 and body_size_bytes from `body`, and the author from `author`;
// everything else of `header` is the caller's. Our own callers keep the bounds (checked).
Record MakeRecord(Header header, std::string body, const Signer& author);

}  // namespace qf::record
