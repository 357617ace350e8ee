#include "server/setup/restore.h"

#include "absl/strings/str_cat.h"
#include "common/base/logging.h"
#include "common/base/try.h"
#include "server/store/layout.h"

namespace qf::server {
namespace {

// The old store, its log and head: moved aside, or (the head, which must not come back) removed.
absl::Status PutAside(Files& files, Clock& clock, const std::string& dir) {
  const std::string suffix = absl::StrCat(".before-restore-", clock.NowUs() / kMicrosPerSecond);
  for (const char* part : {"", "-wal", "-shm"}) {
    const std::string path = absl::StrCat(DatabasePath(dir), part);
    QF_TRY_ASSIGN(const bool exists, files.Exists(path));
    if (exists) QF_TRY(files.Rename(path, absl::StrCat(path, suffix)));
  }
  QF_TRY_ASSIGN(const bool has_head, files.Exists(HeadPath(dir)));
  if (has_head) QF_TRY(files.Remove(HeadPath(dir)));
  return files.SyncDir(dir);
}

// Makes one blob complete here if any folder holds it; true if it is.
absl::StatusOr<bool> Gather(BlobFiles& here, const std::vector<std::unique_ptr<BlobFiles>>& sources,
                            const BlobRow& blob) {
  QF_TRY_ASSIGN(const bool whole, here.Verify(blob));
  if (whole) return true;
  for (const auto& source : sources) {
    QF_TRY_ASSIGN(const bool there, source->Verify(blob));
    if (!there) continue;
    QF_TRY(here.Remove(blob));
    QF_TRY(source->CopyTo(blob, here));
    return true;
  }
  return false;
}

absl::Status GatherBlobs(Files& files, Clock& clock, const std::string& dir, sql::Database& database,
                         const std::vector<std::string>& folders) {
  QF_TRY_ASSIGN(const auto here, BlobFiles::Open(files, BlobsPath(dir)));
  std::vector<std::unique_ptr<BlobFiles>> sources;
  for (const std::string& folder : folders) {
    QF_TRY_ASSIGN(auto source, BlobFiles::Open(files, folder));
    sources.push_back(std::move(source));
  }
  std::vector<BlobRow> rows;
  QF_TRY(database.Read([&](sql::ReadTxn& tx) {
    return EachBlob(tx, [&](const BlobRow& blob) {
      rows.push_back(blob);
      return absl::OkStatus();
    });
  }));
  for (const BlobRow& blob : rows) {
    QF_TRY_ASSIGN(const bool whole, Gather(*here, sources, blob));
    if (whole == blob.complete) continue;
    QF_TRY(database.Write([&](sql::WriteTxn& tx) {
      return whole ? SetComplete(tx, blob.blob, clock.NowUs()) : SetIncomplete(tx, blob.blob);
    }));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Inventory> Restore(Files& files, Clock& clock, const std::string& dir, const Secret& store_key,
                                  const std::string& from, const std::vector<std::string>& blobs_from) {
  QF_TRY_ASSIGN(const bool is_copy, files.Exists(DatabasePath(from)));
  if (!is_copy) return Error(Reason::REASON_FILE_MISSING, "that folder holds no copy of a server");
  QF_TRY(files.MakeDir(dir));
  QF_TRY_ASSIGN(auto lock, files.Lock(absl::StrCat(DatabasePath(dir), ".lock")));
  QF_TRY(PutAside(files, clock, dir));
  {
    QF_TRY_ASSIGN(const auto copy, OpenDatabase(files, clock, from, store_key));
    QF_TRY(copy->BackupTo(DatabasePath(dir)));
  }
  // The database takes the same lock.
  lock.reset();
  QF_TRY_ASSIGN(const auto database, OpenDatabase(files, clock, dir, store_key));
  std::vector<std::string> folders = {BlobsPath(from)};
  folders.insert(folders.end(), blobs_from.begin(), blobs_from.end());
  QF_TRY(GatherBlobs(files, clock, dir, *database, folders));
  QF_TRY_ASSIGN(const auto blobs, BlobFiles::Open(files, BlobsPath(dir)));
  QF_TRY_ASSIGN(const Inventory inventory, TakeInventory(*database, *blobs));
  Log(Level::kInfo, "restored", {{"entries", inventory.log_size}, {"blobs", inventory.blobs}});
  return inventory;
}

}  // namespace qf::server
