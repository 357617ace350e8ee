// Copies of the whole store into a folder, and the position below which devices may drop what they hold.
// docs/protocol.md, "Restore"; docs/operations.md, "Backups".
//
// A copy is a server's folder without key and head: store.db under the same key, and blobs/. It is made beside the
// running server, then opened and read whole: every leaf again into a root, every body and blob against its digest.
// Only then, and after every earlier copy that does not extend it has been destroyed, does `safe` advance: from then
// on devices drop what those copies would be missing.
//
// Threads: Run on one thread at a time, any; takes as long as reading everything twice.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/secret.h"
#include "qingfeng/server/v1/admin.pb.h"
#include "server/store/blob_files.h"
#include "server/store/log_book.h"

namespace qf::server {

// What a store holds, found by reading all of it.
struct Inventory {
  uint64_t log_size = 0;
  Digest root;
  uint64_t blobs = 0;  // complete ones
};

// Reads all rows and blobs of a store that no server is running on. DATA_LOSS(STORE_DAMAGED) if a body or blob is not
// what its name says.
absl::StatusOr<Inventory> TakeInventory(sql::Database& database, BlobFiles& blobs);

class Backup {
 public:
  // All of them outlive the object.
  Backup(Files& files, Clock& clock, Secret store_key, LogBook& book, sql::Database& database, BlobFiles& blobs)
      : files_(files),
        clock_(clock),
        store_key_(std::move(store_key)),
        book_(book),
        database_(database),
        blobs_(blobs) {}

  // Copies to `folder`, which must not exist (ALREADY_EXISTS(FILE_EXISTS)) and whose parent does.
  // UNAVAILABLE(ROLLED_BACK); DATA_LOSS(STORE_DAMAGED) if the copy is not good, which then stays for a look at it;
  // FAILED_PRECONDITION(STATE) if it is good but an earlier copy could not be destroyed: `safe` stays where it was.
  absl::StatusOr<serverpb::BackupResponse> Run(const std::string& folder);

 private:
  absl::Status Announce(const std::string& folder, uint64_t* row);
  absl::Status CopyAll(const std::string& folder);
  absl::StatusOr<Inventory> Verify(const std::string& folder);
  absl::Status DestroyOthers(uint64_t row, const Inventory& inventory);
  absl::Status Advance(uint64_t row, const std::string& folder, const Inventory& inventory);

  Files& files_;
  Clock& clock_;
  const Secret store_key_;
  LogBook& book_;
  sql::Database& database_;
  BlobFiles& blobs_;
};

// Removes a copy: every file of a server's folder that Run makes, and nothing else. Fine if it is gone.
absl::Status DestroyCopy(Files& files, const std::string& folder);

}  // namespace qf::server
