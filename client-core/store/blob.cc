#include "client-core/store/blob.h"

#include "absl/strings/str_cat.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

#define QF_BLOB_COLUMNS "sha256, size_bytes, owner, sent_bytes, complete, here"

constexpr sql::Statement kPut("INSERT INTO blob (" QF_BLOB_COLUMNS
                              ") VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sha256) DO UPDATE SET "
                              "here = excluded.here, owner = excluded.owner");
constexpr sql::Statement kFind("SELECT " QF_BLOB_COLUMNS " FROM blob WHERE sha256 = $1");
constexpr sql::Statement kOf("SELECT " QF_BLOB_COLUMNS " FROM blob WHERE owner = $1 ORDER BY sha256");
constexpr sql::Statement kRemove("DELETE FROM blob WHERE sha256 = $1");
constexpr sql::Statement kProgress("UPDATE blob SET sent_bytes = $2, complete = $3 WHERE sha256 = $1");
constexpr sql::Statement kReset("UPDATE blob SET sent_bytes = 0, complete = 0 WHERE sha256 = $1");
constexpr sql::Statement kComplete("UPDATE blob SET sent_bytes = size_bytes, complete = 1 WHERE owner = $1");
constexpr sql::Statement kGone("UPDATE blob SET here = 0 WHERE owner = $1");
constexpr sql::Statement kOneGone("UPDATE blob SET here = 0 WHERE sha256 = $1");
constexpr sql::Statement kBytesLeft(
    "SELECT CAST(COALESCE(SUM(blob.size_bytes - blob.sent_bytes), 0) AS BIGINT) FROM item "
    "JOIN blob ON blob.owner = item.item_id WHERE item.files_left > 0 AND blob.complete = 0 AND blob.here = 1");
constexpr sql::Statement kBytesHere("SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM blob WHERE here = 1");

constexpr size_t kPackedBlobBytes = Digest::kSize + sizeof(uint64_t);

StoredBlob FromRow(const sql::Row& row) {
  return {row.Get<Digest>(0),   row.Get<uint64_t>(1), row.Get<ItemId>(2),
          row.Get<uint64_t>(3), row.Get<bool>(4),     row.Get<bool>(5)};
}

}  // namespace

std::string BlobPath(const std::string& folder, const Digest& sha256) {
  return absl::StrCat(folder, "/blobs/", sha256.hex());
}

absl::Status PutBlob(sql::WriteTxn& tx, const StoredBlob& blob) {
  return tx.Execute(kPut, {blob.sha256, blob.size_bytes, blob.owner, blob.sent_bytes, blob.complete, blob.here});
}

absl::StatusOr<std::optional<StoredBlob>> FindBlob(sql::ReadTxn& tx, const Digest& sha256) {
  return tx.QueryOne(kFind, {sha256}, FromRow);
}

absl::StatusOr<std::vector<StoredBlob>> BlobsOf(sql::ReadTxn& tx, const ItemId& owner) {
  return tx.QueryAll(kOf, {owner}, FromRow);
}

absl::Status RemoveBlob(sql::WriteTxn& tx, const Digest& sha256) { return tx.Execute(kRemove, {sha256}); }

absl::Status SetBlobProgress(sql::WriteTxn& tx, const Digest& sha256, uint64_t sent_bytes, bool complete) {
  return tx.Execute(kProgress, {sha256, sent_bytes, complete});
}

absl::Status ResetBlob(sql::WriteTxn& tx, const Digest& sha256) { return tx.Execute(kReset, {sha256}); }

absl::Status CompleteBlobs(sql::WriteTxn& tx, const ItemId& owner) { return tx.Execute(kComplete, {owner}); }

absl::Status MarkBlobsGone(sql::WriteTxn& tx, const ItemId& owner) { return tx.Execute(kGone, {owner}); }

absl::Status MarkBlobGone(sql::WriteTxn& tx, const Digest& sha256) { return tx.Execute(kOneGone, {sha256}); }

absl::StatusOr<uint64_t> FileBytesLeft(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto bytes, tx.QueryValue<uint64_t>(kBytesLeft));
  return *bytes;
}

absl::StatusOr<uint64_t> FileBytesHere(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto bytes, tx.QueryValue<uint64_t>(kBytesHere));
  return *bytes;
}

std::string PackBlobs(const std::vector<record::BlobRef>& blobs) {
  std::string out;
  for (const auto& blob : blobs) absl::StrAppend(&out, blob.sha256.bytes(), U64(blob.size_bytes));
  return out;
}

std::vector<record::BlobRef> UnpackBlobs(Bytes packed) {
  std::vector<record::BlobRef> blobs;
  while (packed.size() >= kPackedBlobBytes) {
    const Digest sha256 = *Digest::From(packed.substr(0, Digest::kSize));
    packed.remove_prefix(Digest::kSize);
    blobs.push_back({sha256, TakeU64(&packed)});
  }
  return blobs;
}

}  // namespace qf::client
