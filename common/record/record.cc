#include "common/record/record.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sha256.h"
#include "common/base/try.h"

namespace qf::record {
namespace {

absl::Status Malformed(absl::string_view what) { return Error(Reason::REASON_MALFORMED, what); }

// An id that may be absent.
template <class Id>
absl::StatusOr<Id> OptionalId(Bytes bytes) {
  if (bytes.empty()) return Id();
  return Id::From(bytes);
}

absl::StatusOr<std::vector<BlobRef>> ParseBlobs(const recordpb::Header& header) {
  if (static_cast<size_t>(header.blobs_size()) > limits::kBlobsPerRecord)
    return Malformed("a record names too many files");
  std::vector<BlobRef> blobs;
  std::set<Digest> seen;
  for (const auto& ref : header.blobs()) {
    QF_TRY_ASSIGN(const Digest sha256, Digest::From(ref.sha256()));
    if (ref.size_bytes() == 0 || ref.size_bytes() > limits::kBlobBytes)
      return Malformed("a file's size is out of bounds");
    if (!seen.insert(sha256).second) return Malformed("a record names one file twice");
    blobs.push_back({sha256, ref.size_bytes()});
  }
  return blobs;
}

absl::StatusOr<Header> Typed(const recordpb::Header& in) {
  Header out;
  QF_TRY_ASSIGN(out.office, OfficeId::From(in.office_id()));
  QF_TRY_ASSIGN(out.feed, Feed::Parse(in.feed()));
  QF_TRY_ASSIGN(out.author, SigningKey::From(in.author()));
  QF_TRY_ASSIGN(out.incarnation, Incarnation::From(in.incarnation()));
  QF_TRY_ASSIGN(out.item, ItemId::From(in.item_id()));
  QF_TRY_ASSIGN(out.reference, OptionalId<RecordId>(in.reference()));
  QF_TRY_ASSIGN(out.body_sha256, OptionalId<Digest>(in.body_sha256()));
  QF_TRY_ASSIGN(out.blobs, ParseBlobs(in));
  out.sequence = in.sequence();
  out.kind = in.kind();
  out.body_size_bytes = in.body_size_bytes();
  out.clear = in.clear_part();
  return out;
}

}  // namespace

recordpb::Record Record::ToProto() const {
  recordpb::Record out;
  out.set_header(header_bytes);
  out.set_signature(signature);
  out.set_body(body);
  return out;
}

recordpb::SignedHeader Record::ToSignedHeader() const {
  recordpb::SignedHeader out;
  out.set_header(header_bytes);
  out.set_signature(signature);
  return out;
}

RecordId IdOf(Bytes header_bytes) { return *RecordId::From(Sha256(absl::StrCat(kRecordLabel, header_bytes)).bytes()); }

absl::StatusOr<Header> ParseHeader(Bytes header_bytes) {
  if (header_bytes.size() > limits::kHeaderBytes)
    return Error(Reason::REASON_TOO_LARGE, "a header is larger than 4 KiB");
  recordpb::Header parsed;
  if (!parsed.ParseFromArray(header_bytes.data(), static_cast<int>(header_bytes.size()))) {
    return Malformed("a header cannot be read");
  }
  auto header = Typed(parsed);
  if (!header.ok()) return Malformed(header.status().message());
  if (header->feed.kind == FeedKind::kLog) return Malformed("nothing is appended to the view \"log\"");
  if (header->sequence == 0) return Malformed("sequences start at 1");
  if (header->body_size_bytes > limits::kBodyBytes)
    return Error(Reason::REASON_TOO_LARGE, "a body is larger than 256 KiB");
  if (header->body_sha256.empty() != (header->body_size_bytes == 0))
    return Malformed("size and digest of the body disagree");
  return header;
}

absl::StatusOr<Record> ParseRecord(const recordpb::Record& record, SignatureCheck check) {
  Record out;
  QF_TRY_ASSIGN(out.header, ParseHeader(record.header()));
  out.header_bytes = record.header();
  out.signature = record.signature();
  out.body = record.body();
  out.id = IdOf(out.header_bytes);
  if (!out.body.empty()) {
    if (out.body.size() != out.header.body_size_bytes || Sha256(out.body) != out.header.body_sha256) {
      return Malformed("the body is not the one that the header names");
    }
  }
  if (check == SignatureCheck::kVerify &&
      !Verify(out.header.author, absl::StrCat(kRecordLabel, out.header_bytes), out.signature)) {
    return Error(Reason::REASON_SIGNATURE, "the signature of a record does not verify");
  }
  return out;
}

Record MakeRecord(Header header, std::string body, const Signer& author) {
  QF_CHECK(header.sequence > 0 && header.feed.kind != FeedKind::kLog);
  QF_CHECK(body.size() <= limits::kBodyBytes && header.blobs.size() <= limits::kBlobsPerRecord);
  header.author = author.public_key();
  header.body_size_bytes = body.size();
  header.body_sha256 = body.empty() ? Digest() : Sha256(body);

  recordpb::Header out;
  out.set_office_id(header.office.str());
  out.set_feed(header.feed.name());
  out.set_author(header.author.str());
  out.set_incarnation(header.incarnation.str());
  out.set_sequence(header.sequence);
  out.set_kind(header.kind);
  out.set_item_id(header.item.str());
  if (!header.reference.empty()) out.set_reference(header.reference.str());
  if (!body.empty()) {
    out.set_body_sha256(header.body_sha256.str());
    out.set_body_size_bytes(body.size());
  }
  for (const BlobRef& blob : header.blobs) {
    auto* ref = out.add_blobs();
    ref->set_sha256(blob.sha256.str());
    ref->set_size_bytes(blob.size_bytes);
  }
  if (header.clear.ByteSizeLong() > 0) *out.mutable_clear_part() = header.clear;

  Record record;
  record.header_bytes = out.SerializeAsString();
  QF_CHECK(record.header_bytes.size() <= limits::kHeaderBytes);
  record.header = std::move(header);
  record.id = IdOf(record.header_bytes);
  record.signature = author.Sign(absl::StrCat(kRecordLabel, record.header_bytes));
  record.body = std::move(body);
  return record;
}

}  // namespace qf::record
