// The simulated disk of one machine: in memory, under a seed, with everything that disks do to stores.
// It is a qf::Files, and carries a SQLite VFS, so the real stores run on it unchanged.
//
//   SimDisk disk(seed, clock, entropy);
//   disk.CutAt(17);                       // the power goes during the 18th change from now
//   RunTheStore(disk);                    // every later operation fails
//   disk.PowerOn();                       // what was not synced is kept, lost or torn, as the seed says
//   OpenTheStoreAgain(disk);
//
// Count changes with changes(), then cut at 0, 1, 2, … : every crash point of a workload, none left out.
// What it promises to a store is files.h and no more: Sync makes contents durable, SyncDir names. Folders are
// durable when made. Names changed since the last SyncDir survive a cut up to some point, in order.
//
// Every fault and every fate has a counter (count(), NameOf()): a campaign asks for those that stayed at zero.
// Each place of choice draws from a stream of its own (seed, place, n), so adding one fault does not move others.
//
// Threads: any. No time passes inside; slow operations add to TakeDelayUs().
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/entropy.h"
#include "common/base/files.h"
#include "common/base/mutex.h"
#include "tests/simulation/disk/file_image.h"
#include "tests/simulation/disk/files_vfs.h"

namespace qf::sim {

// What has happened to the disk; the branches that a campaign must have seen.
enum class DiskEvent {
  kCutDuringWrite,
  kCutDuringSync,
  kCutDuringNaming,  // create, rename, remove, SyncDir
  kSectorKept,       // at a cut, unsynced
  kSectorLost,
  kSectorTorn,
  kNameKept,
  kNameLost,
  kProcessDeath,
  kDiskFull,
  kReadError,
  kWriteError,  // a part of it may be written
  kSyncError,
  kNamingError,
  kRot,
  kMisdirectedWrite,
  kMisdirectedRead,
  kSlow,
  kRestore,
  kEnd,
};
constexpr size_t kDiskEvents = static_cast<size_t>(DiskEvent::kEnd);
const char* NameOf(DiskEvent event);

// Kinds of operation that can be made to fail.
enum class DiskOperation { kRead, kWrite, kSync, kName };  // kWrite: also truncate; kName: also SyncDir and create

// How often an operation goes wrong, in a million.
struct DiskFaults {
  uint32_t read_error = 0;
  uint32_t write_error = 0;
  uint32_t sync_error = 0;
  uint32_t name_error = 0;
  uint32_t rot = 0;                // before a read: one bit of the file flips for ever
  uint32_t misdirected_write = 0;  // lands elsewhere in the file, reports success
  uint32_t misdirected_read = 0;   // gives bytes from elsewhere in the file
  uint32_t slow = 0;
  uint64_t slow_us = 0;  // how long a slow operation takes
};

class SimDisk final : public Files {
 public:
  static constexpr uint64_t kForever = UINT64_MAX;

  // `clock` and `entropy` serve SQLite and outlive the disk.
  SimDisk(uint64_t seed, Clock& clock, Entropy& entropy);

  // --- Power. Changes are writes, truncations, syncs, creations, renames, removals and SyncDirs; reads are not.
  uint64_t changes() const;
  // The power goes during the change after the next `changes` ones, which happens, reports an error, and is as
  // unsynced as any. Afterwards every operation fails with DISK_ERROR, so whatever is destroyed cannot tidy up.
  void CutAt(uint64_t changes);
  // The power goes now.
  void Cut() { Stop(); }
  bool stopped() const;
  // The machine starts again after a cut. Files opened and locks taken before are dead.
  void PowerOn();
  // The process dies and the system lives: Stop(), destroy the objects, RestartProcess(). Nothing is lost; locks
  // and log indexes are gone; what was not synced still is not.
  void Stop();
  void RestartProcess();

  // --- Faults.
  void SetFaults(const DiskFaults& faults);
  // After `skip` operations of that kind, the next `times` fail (DISK_ERROR), kForever = all.
  void Fail(DiskOperation kind, uint64_t skip, uint64_t times);
  void StopFailing();
  // Room for all files together; operations beyond give DISK_FULL. kForever = no bound.
  void SetCapacity(uint64_t size_bytes);
  uint64_t UsedBytes() const;
  // Flips one bit of a file that exists.
  void Rot(const std::string& path, uint64_t bit);
  // Time that slow operations took since the last call.
  uint64_t TakeDelayUs();

  // --- Looking at it from outside.
  uint64_t count(DiskEvent event) const;
  // Paths of files that hold `needle`, in what the system sees or in what a cut would leave; files removed or
  // replaced since the last Scan too.
  std::vector<std::string> Scan(Bytes needle);

  // The whole disk as it is seen now: a backup of the machine, a phone copied at night.
  struct Image {
    std::map<std::string, std::string> files;
    std::set<std::string> folders;
  };
  Image Snapshot() const;
  // Puts the disk back to `image`, durably. Only while nothing is open, or stopped; starts the machine.
  void Restore(const Image& image);

  // The VFS, for its hook.
  FilesVfs& vfs() { return vfs_; }

  // --- qf::Files
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::StatusOr<bool> Exists(const std::string& path) override;
  absl::Status MakeDir(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override;
  absl::Status SyncDir(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path) override;
  absl::StatusOr<uint64_t> FreeBytes(const std::string& path) override;
  const char* SqliteVfs() const override { return vfs_.name(); }

 private:
  class OpenFile;
  class OpenLock;
  using Names = std::map<std::string, std::shared_ptr<FileImage>>;
  // A change of names that SyncDir has not made durable.
  struct NameChange {
    std::string path;
    std::shared_ptr<FileImage> image;  // null: removed
    std::string old_path;              // of a rename, else empty
  };
  enum class Verdict { kGo, kCut, kFail };
  // Where chance is asked; each a stream of its own.
  enum class Place { kSectors, kNames, kFailures, kPartialWrite, kRot, kMisdirection, kSlow, kEnd };

  uint64_t Draw(Place place, uint64_t bound) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Chance(Place place, uint32_t per_million) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Tell(DiskEvent event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { ++counts_[static_cast<size_t>(event)]; }
  // What becomes of the operation that is about to be done.
  Verdict Begin(DiskOperation kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MustFail(DiskOperation kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint64_t Used() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasFolder(const std::string& path) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Does `change` to what is seen, and remembers it until SyncDir.
  void Apply(NameChange change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void ApplyTo(Names& names, const NameChange& change);
  absl::Status Name(NameChange change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Restart() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DecideNames() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::StatusOr<std::string> ReadFrom(FileImage& image, uint64_t offset, size_t size_bytes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status WriteTo(FileImage& image, uint64_t offset, Bytes bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TruncateTo(FileImage& image, uint64_t size_bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SyncImage(FileImage& image) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t seed_;
  FilesVfs vfs_;

  mutable Mutex mutex_;
  Names seen_ ABSL_GUARDED_BY(mutex_);
  Names durable_ ABSL_GUARDED_BY(mutex_);
  std::vector<NameChange> unsynced_names_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> folders_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> locks_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<std::string, std::shared_ptr<FileImage>>> gone_ ABSL_GUARDED_BY(mutex_);  // for Scan

  uint64_t life_ ABSL_GUARDED_BY(mutex_) = 0;  // files opened in an earlier one are dead
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t cut_at_ ABSL_GUARDED_BY(mutex_) = kForever;  // as changes_ counts
  uint64_t capacity_bytes_ ABSL_GUARDED_BY(mutex_) = kForever;
  DiskFaults faults_ ABSL_GUARDED_BY(mutex_);
  struct Failing {
    uint64_t skip = 0;
    uint64_t times = 0;
  };
  std::array<Failing, 4> failing_ ABSL_GUARDED_BY(mutex_);
  uint64_t delay_us_ ABSL_GUARDED_BY(mutex_) = 0;
  std::array<uint64_t, static_cast<size_t>(Place::kEnd)> drawn_ ABSL_GUARDED_BY(mutex_) = {};
  std::array<uint64_t, kDiskEvents> counts_ ABSL_GUARDED_BY(mutex_) = {};
};

}  // namespace qf::sim
