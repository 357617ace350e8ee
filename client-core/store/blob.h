// Files of own drafts and items: sealed bytes in <folder>/blobs/<hex of their SHA-256>, a row each. A draft's id is its
// item's, so filing changes nothing here. docs/protocol.md, "Blobs". Free functions; lives on the loop.
//
// A desk keeps sealed files of others here too, once it has read them; their owner is the item id in their header.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/ids.h"
#include "common/record/record.h"
#include "common/sql/database.h"

namespace qf::client {

struct StoredBlob {
  Digest sha256;
  uint64_t size_bytes = 0;  // sealed
  ItemId owner;
  uint64_t sent_bytes = 0;  // proven to be at the server, in this term
  bool complete = false;    // the server has all of it and checked its digest
  bool here = true;         // the sealed bytes are on this device, as they were sealed
};

// Where the sealed bytes lie, below the store's folder.
std::string BlobPath(const std::string& folder, const Digest& sha256);

absl::Status PutBlob(sql::WriteTxn& tx, const StoredBlob& blob);
absl::StatusOr<std::optional<StoredBlob>> FindBlob(sql::ReadTxn& tx, const Digest& sha256);
// By digest.
absl::StatusOr<std::vector<StoredBlob>> BlobsOf(sql::ReadTxn& tx, const ItemId& owner);
absl::Status RemoveBlob(sql::WriteTxn& tx, const Digest& sha256);

// How far an upload is; `complete` once the server said so.
absl::Status SetBlobProgress(sql::WriteTxn& tx, const Digest& sha256, uint64_t sent_bytes, bool complete);
// The server lacks it: nothing is sent.
absl::Status ResetBlob(sql::WriteTxn& tx, const Digest& sha256);
// The server lacks none of that item's.
absl::Status CompleteBlobs(sql::WriteTxn& tx, const ItemId& owner);
// The sealed bytes of that item's files are not here any more; of one file, they are missing or damaged.
absl::Status MarkBlobsGone(sql::WriteTxn& tx, const ItemId& owner);
absl::Status MarkBlobGone(sql::WriteTxn& tx, const Digest& sha256);
// Bytes of files that are filed, here, and not complete at the server.
absl::StatusOr<uint64_t> FileBytesLeft(sql::ReadTxn& tx);
// Bytes of files that lie on this device.
absl::StatusOr<uint64_t> FileBytesHere(sql::ReadTxn& tx);

// The files that a record names, as one column; what is left over behind the last whole one is passed over.
std::string PackBlobs(const std::vector<record::BlobRef>& blobs);
std::vector<record::BlobRef> UnpackBlobs(Bytes packed);

}  // namespace qf::client
