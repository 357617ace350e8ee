#include "server/admin/backup.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/logging.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/log/verify.h"
#include "server/store/copies.h"
#include "server/store/entries.h"
#include "server/store/layout.h"
#include "server/store/settings.h"

namespace qf::server {
namespace {

absl::Status Damaged(absl::string_view what) { return Error(Reason::REASON_STORE_DAMAGED, what); }

absl::StatusOr<std::vector<std::string>> ListIfThere(Files& files, const std::string& folder) {
  auto names = files.List(folder);
  if (!names.ok() && ReasonOf(names.status()) == Reason::REASON_FILE_MISSING) return std::vector<std::string>();
  return names;
}

// True if the entry's bytes are what its header names.
absl::Status CheckEntry(const EntryView& entry) {
  const auto header = record::ParseHeader(entry.header);
  if (!header.ok()) return Damaged("a row of the log cannot be read");
  const bool fits =
      entry.body.empty() || (entry.body.size() == header->body_size_bytes && Sha256(entry.body) == header->body_sha256);
  return fits ? absl::OkStatus() : Damaged("a body is not the one that its header names");
}

}  // namespace

absl::StatusOr<Inventory> TakeInventory(sql::Database& database, BlobFiles& blobs) {
  Inventory inventory;
  log::Accumulator leaves;
  QF_TRY(database.Verify());
  QF_TRY(database.Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const LogEnd end, EndOfLog(tx));
    QF_TRY(ScanLog(tx, 0, end.size, [&](const EntryView& entry) -> absl::StatusOr<bool> {
      if (entry.place.position != leaves.size()) return Damaged("the log has a hole");
      QF_TRY(CheckEntry(entry));
      QF_TRY_ASSIGN(const Digest hash, LeafHashOf(entry.place, record::IdOf(entry.header), entry.signature));
      leaves.Append(hash);
      return true;
    }));
    return EachBlob(tx, [&](const BlobRow& blob) -> absl::Status {
      if (!blob.complete) return absl::OkStatus();
      QF_TRY_ASSIGN(const bool whole, blobs.Verify(blob));
      if (!whole) return Damaged("a file is missing, or is not what its name says");
      ++inventory.blobs;
      return absl::OkStatus();
    });
  }));
  inventory.log_size = leaves.size();
  inventory.root = leaves.Root();
  return inventory;
}

absl::Status DestroyCopy(Files& files, const std::string& folder) {
  const std::string blobs = BlobsPath(folder);
  QF_TRY_ASSIGN(const auto dirs, ListIfThere(files, blobs));
  for (const std::string& dir : dirs) {
    const std::string path = absl::StrCat(blobs, "/", dir);
    QF_TRY_ASSIGN(const auto names, ListIfThere(files, path));
    for (const std::string& name : names) QF_TRY(RemoveIfThere(files, absl::StrCat(path, "/", name)));
  }
  QF_TRY_ASSIGN(const auto names, ListIfThere(files, folder));
  for (const std::string& name : names) {
    if (absl::StartsWith(name, "store.db")) QF_TRY(RemoveIfThere(files, absl::StrCat(folder, "/", name)));
  }
  return names.empty() ? absl::OkStatus() : files.SyncDir(folder);
}

absl::StatusOr<serverpb::BackupResponse> Backup::Run(const std::string& folder) {
  if (book_.View().rolled_back) return Error(Reason::REASON_ROLLED_BACK, "the log waits for a RESTART");
  QF_TRY_ASSIGN(const bool exists, files_.Exists(folder));
  if (exists) return Error(Reason::REASON_FILE_EXISTS, "the folder for the copy is there already");
  uint64_t row = 0;
  QF_TRY(Announce(folder, &row));
  QF_TRY(CopyAll(folder));
  QF_TRY_ASSIGN(const Inventory inventory, Verify(folder));
  QF_TRY(DestroyOthers(row, inventory));
  QF_TRY(Advance(row, folder, inventory));
  Log(Level::kInfo, "backup", {{"entries", inventory.log_size}, {"blobs", inventory.blobs}});
  serverpb::BackupResponse response;
  response.set_log_size(inventory.log_size);
  response.set_blobs(inventory.blobs);
  response.set_root(inventory.root.str());
  return response;
}

// Before it exists, so that a half-made copy is known too; and whatever is committed after it moves the head file
// beyond it before anybody is told.
absl::Status Backup::Announce(const std::string& folder, uint64_t* row) {
  Copy copy;
  copy.folder = folder;
  copy.made_at_us = clock_.NowUs();
  copy.log_size = book_.View().size;
  QF_TRY_ASSIGN(copy.root, book_.RootAt(copy.log_size));
  QF_TRY(database_.Write([&](sql::WriteTxn& tx) { return SaveCopy(tx, copy); }));
  *row = copy.row;
  return absl::OkStatus();
}

absl::Status Backup::CopyAll(const std::string& folder) {
  QF_TRY(files_.MakeDir(folder));
  QF_TRY(files_.SyncDir(DirName(folder)));
  QF_TRY(database_.BackupTo(DatabasePath(folder)));
  book_.ExpectCopy();
  QF_TRY_ASSIGN(const auto blobs, BlobFiles::Open(files_, BlobsPath(folder)));
  QF_TRY_ASSIGN(const auto copy, OpenDatabase(files_, clock_, folder, store_key_));
  return copy->Read([&](sql::ReadTxn& tx) {
    return EachBlob(
        tx, [&](const BlobRow& blob) { return blob.complete ? blobs_.CopyTo(blob, *blobs) : absl::OkStatus(); });
  });
}

absl::StatusOr<Inventory> Backup::Verify(const std::string& folder) {
  QF_TRY_ASSIGN(const auto blobs, BlobFiles::Open(files_, BlobsPath(folder)));
  QF_TRY_ASSIGN(const auto copy, OpenDatabase(files_, clock_, folder, store_key_));
  QF_TRY_ASSIGN(const Inventory inventory, TakeInventory(*copy, *blobs));
  const LogView view = book_.View();
  if (view.rolled_back) return Error(Reason::REASON_ROLLED_BACK, "the log waits for a RESTART");
  if (inventory.log_size > view.size) return Damaged("the copy is longer than the log");
  QF_TRY_ASSIGN(const Digest root, book_.RootAt(inventory.log_size));
  if (root != inventory.root) return Damaged("the copy is of another log");
  return inventory;
}

absl::Status Backup::DestroyOthers(uint64_t row, const Inventory& inventory) {
  QF_TRY_ASSIGN(const auto copies, database_.Read(Copies));
  for (const Copy& copy : copies) {
    // Copies are made one after the other, so none that was made before extends this one.
    if (copy.row == row) continue;
    if (const absl::Status gone = DestroyCopy(files_, copy.folder); !gone.ok()) {
      Log(Level::kWarning, "copy_not_destroyed", {{"reason", ReasonOf(gone)}, {"entries", inventory.log_size}});
      return Error(Reason::REASON_STATE,
                   "the copy is good, but an earlier one could not be destroyed, so devices keep "
                   "what they hold: remove it by hand and back up again");
    }
    QF_TRY(database_.Write([&](sql::WriteTxn& tx) { return ForgetCopy(tx, copy.row); }));
  }
  return absl::OkStatus();
}

absl::Status Backup::Advance(uint64_t row, const std::string& folder, const Inventory& inventory) {
  Copy copy{row, folder, inventory.log_size, inventory.root, 0, true};
  QF_TRY(database_.Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(SaveCopy(tx, copy));
    return SaveNumberSetting(tx, Setting::kSafe, inventory.log_size);
  }));
  book_.SetSafe(inventory.log_size);
  return absl::OkStatus();
}

}  // namespace qf::server
