#include "tests/simulation/disk/files_vfs.h"

#include <sqlcipher/sqlite3.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/mutex.h"

namespace qf::sim {
namespace {

constexpr int kSlots = SQLITE_SHM_NLOCK;
// The unix VFS's default: what SQLite takes for the smallest unit that a power cut may harm.
constexpr int kSectorSizeBytes = 4096;
// 1970-01-01 in the milliseconds of the Julian calendar that SQLite counts in.
constexpr int64_t kUnixEpochMs = 210'866'760'000'000;

struct Handle;
constexpr char kLogSuffix[] = "-wal";

// What all connections to one file share: one machine's memory.
struct Node {
  int shared = 0;
  const Handle* reserved = nullptr;
  const Handle* pending = nullptr;
  const Handle* exclusive = nullptr;

  int index_users = 0;
  std::vector<std::unique_ptr<char[]>> index_regions;
  std::array<int, kSlots> slot_shared{};
  std::array<const Handle*, kSlots> slot_exclusive{};
};

}  // namespace

struct FilesVfs::State {
  Files& files;
  Clock& clock;
  Entropy& entropy;
  Mutex mutex;
  std::map<std::string, std::shared_ptr<Node>> nodes ABSL_GUARDED_BY(mutex);
  uint64_t last_temporary ABSL_GUARDED_BY(mutex) = 0;
  bool omit_commit_syncs = false;
  std::map<std::string, Handle*> unsynced_logs;  // by path, while syncs are left out
  absl::AnyInvocable<void(const LockChange&)> on_log_lock;
  absl::AnyInvocable<void(const void* connection)> on_log_read;
};

namespace {

// One open file of one connection.
struct Handle {
  FilesVfs::State* state;
  std::string path;
  std::unique_ptr<File> file;
  std::shared_ptr<Node> node;
  int level = SQLITE_LOCK_NONE;
  bool uses_index = false;
  std::array<bool, kSlots> holds_shared{};
  bool name_unsynced = false;
  bool remove_at_close = false;
};

struct VfsFile {
  sqlite3_file base;
  Handle* handle;
};

Handle& HandleOf(sqlite3_file* file) { return *reinterpret_cast<VfsFile*>(file)->handle; }
FilesVfs::State& StateOf(sqlite3_vfs* vfs) { return *static_cast<FilesVfs::State*>(vfs->pAppData); }

// SQLite's code for a failed operation of the disk.
int CodeFor(const absl::Status& status, int otherwise) {
  if (status.ok()) return SQLITE_OK;
  return ReasonOf(status) == Reason::REASON_DISK_FULL ? SQLITE_FULL : otherwise;
}

int Read(sqlite3_file* file, void* out, int size_bytes, sqlite3_int64 offset) {
  const auto got = HandleOf(file).file->ReadAt(static_cast<uint64_t>(offset), static_cast<size_t>(size_bytes));
  if (!got.ok()) return SQLITE_IOERR_READ;
  std::memcpy(out, got->data(), got->size());
  if (got->size() == static_cast<size_t>(size_bytes)) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + got->size(), 0, static_cast<size_t>(size_bytes) - got->size());
  return SQLITE_IOERR_SHORT_READ;
}

// Before a page goes from the log into the database the log is on the disk, whatever else is left out.
int SyncLogOf(Handle& handle) {
  if (!handle.state->omit_commit_syncs) return SQLITE_OK;
  const auto found = handle.state->unsynced_logs.find(handle.path + kLogSuffix);
  if (found == handle.state->unsynced_logs.end()) return SQLITE_OK;
  File& log = *found->second->file;
  handle.state->unsynced_logs.erase(found);
  return log.Sync().ok() ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int Write(sqlite3_file* file, const void* from, int size_bytes, sqlite3_int64 offset) {
  if (const int code = SyncLogOf(HandleOf(file)); code != SQLITE_OK) return code;
  const Bytes bytes(static_cast<const char*>(from), static_cast<size_t>(size_bytes));
  return CodeFor(HandleOf(file).file->WriteAt(static_cast<uint64_t>(offset), bytes), SQLITE_IOERR_WRITE);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size_bytes) {
  return CodeFor(HandleOf(file).file->Truncate(static_cast<uint64_t>(size_bytes)), SQLITE_IOERR_TRUNCATE);
}

int Sync(sqlite3_file* file, int) {
  Handle& handle = HandleOf(file);
  if (handle.state->omit_commit_syncs && absl::EndsWith(handle.path, kLogSuffix)) {
    handle.state->unsynced_logs[handle.path] = &handle;
    return SQLITE_OK;
  }
  if (!handle.file->Sync().ok()) return SQLITE_IOERR_FSYNC;
  if (!handle.name_unsynced) return SQLITE_OK;
  if (!handle.state->files.SyncDir(DirName(handle.path)).ok()) return SQLITE_IOERR_DIR_FSYNC;
  handle.name_unsynced = false;
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size_bytes) {
  const auto size = HandleOf(file).file->SizeBytes();
  if (!size.ok()) return SQLITE_IOERR_FSTAT;
  *size_bytes = static_cast<sqlite3_int64>(*size);
  return SQLITE_OK;
}

// The file's own lock, for whoever opens, closes or recovers: none, shared, reserved, pending, exclusive.
int Lock(sqlite3_file* file, int wanted) {
  Handle& handle = HandleOf(file);
  Node& node = *handle.node;
  MutexLock lock(handle.state->mutex);
  if (handle.level >= wanted) return SQLITE_OK;
  if (wanted == SQLITE_LOCK_SHARED) {
    if (node.pending != nullptr || node.exclusive != nullptr) return SQLITE_BUSY;
    ++node.shared;
  } else if (wanted == SQLITE_LOCK_RESERVED) {
    if (node.reserved != nullptr) return SQLITE_BUSY;
    node.reserved = &handle;
  } else {
    const bool others =
        (node.reserved != nullptr && node.reserved != &handle) || (node.pending != nullptr && node.pending != &handle);
    if (others) return SQLITE_BUSY;
    node.pending = &handle;
    handle.level = SQLITE_LOCK_PENDING;
    if (node.shared > 1) return SQLITE_BUSY;  // no new readers meanwhile
    node.exclusive = &handle;
  }
  handle.level = wanted;
  return SQLITE_OK;
}

int Unlock(sqlite3_file* file, int kept) {
  Handle& handle = HandleOf(file);
  Node& node = *handle.node;
  MutexLock lock(handle.state->mutex);
  if (handle.level <= kept) return SQLITE_OK;
  for (const Handle** holder : {&node.reserved, &node.pending, &node.exclusive}) {
    if (*holder == &handle) *holder = nullptr;
  }
  if (kept == SQLITE_LOCK_NONE) --node.shared;
  handle.level = kept;
  return SQLITE_OK;
}

int CheckReservedLock(sqlite3_file* file, int* reserved) {
  Handle& handle = HandleOf(file);
  MutexLock lock(handle.state->mutex);
  *reserved = handle.node->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return kSectorSizeBytes; }
int DeviceCharacteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int ShmMap(sqlite3_file* file, int region, int size_bytes, int extend, void volatile** out) {
  Handle& handle = HandleOf(file);
  Node& node = *handle.node;
  MutexLock lock(handle.state->mutex);
  if (!handle.uses_index) {
    handle.uses_index = true;
    ++node.index_users;
  }
  *out = nullptr;
  while (extend != 0 && node.index_regions.size() <= static_cast<size_t>(region)) {
    node.index_regions.push_back(std::make_unique<char[]>(static_cast<size_t>(size_bytes)));
  }
  if (static_cast<size_t>(region) < node.index_regions.size())
    *out = node.index_regions[static_cast<size_t>(region)].get();
  return SQLITE_OK;
}

int ChangeSlots(Handle& handle, const FilesVfs::LockChange& change) {
  Node& node = *handle.node;
  MutexLock lock(handle.state->mutex);
  const size_t begin = static_cast<size_t>(change.slot);
  const size_t end = begin + static_cast<size_t>(change.count);
  if (change.lock) {
    for (size_t i = begin; i < end; ++i) {
      const int others = node.slot_shared[i] - (handle.holds_shared[i] ? 1 : 0);
      const bool taken = node.slot_exclusive[i] != nullptr && node.slot_exclusive[i] != &handle;
      if (taken || (change.exclusive && others > 0)) return SQLITE_BUSY;
    }
  }
  for (size_t i = begin; i < end; ++i) {
    if (change.exclusive) {
      node.slot_exclusive[i] = change.lock ? &handle : nullptr;
    } else if (handle.holds_shared[i] != change.lock) {
      handle.holds_shared[i] = change.lock;
      node.slot_shared[i] += change.lock ? 1 : -1;
    }
  }
  return SQLITE_OK;
}

int ShmLock(sqlite3_file* file, int slot, int count, int flags) {
  Handle& handle = HandleOf(file);
  const FilesVfs::LockChange change = {
      handle.path, &handle, slot, count, (flags & SQLITE_SHM_LOCK) != 0, (flags & SQLITE_SHM_EXCLUSIVE) != 0};
  if (handle.state->on_log_lock) handle.state->on_log_lock(change);
  return ChangeSlots(handle, change);
}

void ShmBarrier(sqlite3_file* file) { MutexLock lock(HandleOf(file).state->mutex); }

int ShmUnmap(sqlite3_file* file, int) {
  Handle& handle = HandleOf(file);
  Node& node = *handle.node;
  MutexLock lock(handle.state->mutex);
  if (!handle.uses_index) return SQLITE_OK;
  handle.uses_index = false;
  for (size_t i = 0; i < kSlots; ++i) {
    if (node.slot_exclusive[i] == &handle) node.slot_exclusive[i] = nullptr;
    if (handle.holds_shared[i]) --node.slot_shared[i];
    handle.holds_shared[i] = false;
  }
  // Whoever opens a file that nobody has open finds no index: the unix VFS empties it then.
  if (--node.index_users == 0) node.index_regions.clear();
  return SQLITE_OK;
}

int Close(sqlite3_file* file) {
  Unlock(file, SQLITE_LOCK_NONE);
  ShmUnmap(file, 0);
  Handle* handle = &HandleOf(file);
  if (handle->state->omit_commit_syncs) {
    const auto owed = handle->state->unsynced_logs.find(handle->path);
    if (owed != handle->state->unsynced_logs.end() && owed->second == handle) handle->state->unsynced_logs.erase(owed);
  }
  handle->file.reset();
  if (handle->remove_at_close) handle->state->files.Remove(handle->path).IgnoreError();
  delete handle;
  return SQLITE_OK;
}

// There is no memory map of the file. SQLite says Unfetch all the same, with no page, after it has read a changed head
// of the log's index.
int Fetch(sqlite3_file*, sqlite3_int64, int, void** out) {
  *out = nullptr;
  return SQLITE_OK;
}
int Unfetch(sqlite3_file* file, sqlite3_int64, void* page) {
  Handle& handle = HandleOf(file);
  if (page == nullptr && handle.state->on_log_read) handle.state->on_log_read(&handle);
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {3,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         Fetch,
                                         Unfetch};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FilesVfs::State& state = StateOf(vfs);
  file->pMethods = nullptr;
  auto handle = std::make_unique<Handle>();
  handle->state = &state;
  {
    MutexLock lock(state.mutex);
    handle->path = name != nullptr ? name : absl::StrCat("sqlite-temporary-", ++state.last_temporary);
    auto& node = state.nodes[handle->path];
    if (node == nullptr) node = std::make_shared<Node>();
    handle->node = node;
  }
  const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
  const auto existed = state.files.Exists(handle->path);
  if (!existed.ok()) return SQLITE_CANTOPEN;
  auto opened = state.files.Open(handle->path, create ? OpenMode::kCreate : OpenMode::kReadWrite);
  if (!opened.ok()) return CodeFor(opened.status(), SQLITE_CANTOPEN);
  handle->file = *std::move(opened);
  const int journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
  handle->name_unsynced = create && !*existed && (flags & journals) != 0;
  handle->remove_at_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  auto* out = reinterpret_cast<VfsFile*>(file);
  out->handle = handle.release();
  out->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int sync_dir) {
  Files& files = StateOf(vfs).files;
  const absl::Status removed = files.Remove(name);
  if (ReasonOf(removed) == Reason::REASON_FILE_MISSING) return SQLITE_IOERR_DELETE_NOENT;
  if (!removed.ok()) return SQLITE_IOERR_DELETE;
  return sync_dir == 0 || files.SyncDir(DirName(name)).ok() ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

// As the unix VFS has it, an empty file does not "exist".
int Access(sqlite3_vfs* vfs, const char* name, int, int* out) {
  Files& files = StateOf(vfs).files;
  *out = 0;
  const auto exists = files.Exists(name);
  if (!exists.ok()) return SQLITE_IOERR_ACCESS;
  if (!*exists) return SQLITE_OK;
  const auto file = files.Open(name, OpenMode::kRead);
  if (!file.ok()) return SQLITE_IOERR_ACCESS;
  const auto size_bytes = (*file)->SizeBytes();
  if (!size_bytes.ok()) return SQLITE_IOERR_ACCESS;
  *out = *size_bytes > 0 ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int size_bytes, char* out) {
  sqlite3_snprintf(size_bytes, out, "%s", name);
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs* vfs, int size_bytes, char* out) {
  StateOf(vfs).entropy.Fill(out, static_cast<size_t>(size_bytes));
  return size_bytes;
}

// SQLite waits only where two threads meet, which no simulation has. Tests with threads need a true wait: after a
// hundred looks at a lock SQLite gives up.
int Sleep(sqlite3_vfs*, int microseconds) {
  std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
  return microseconds;
}

int CurrentTimeInt64(sqlite3_vfs* vfs, sqlite3_int64* out) {
  *out = kUnixEpochMs + static_cast<int64_t>(StateOf(vfs).clock.NowUs() / 1000);
  return SQLITE_OK;
}

int CurrentTime(sqlite3_vfs* vfs, double* out) {
  sqlite3_int64 now_ms = 0;
  CurrentTimeInt64(vfs, &now_ms);
  *out = static_cast<double>(now_ms) / 86'400'000.0;
  return SQLITE_OK;
}

int GetLastError(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

FilesVfs::FilesVfs(Files& files, Clock& clock, Entropy& entropy)
    : state_(new State{.files = files, .clock = clock, .entropy = entropy}), vfs_(new sqlite3_vfs{}) {
  static std::atomic<uint64_t> last{0};
  name_ = absl::StrCat("qf-sim-", ++last);
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(VfsFile);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = state_.get();
  vfs_->xOpen = Open;
  vfs_->xDelete = Delete;
  vfs_->xAccess = Access;
  vfs_->xFullPathname = FullPathname;
  vfs_->xRandomness = Randomness;
  vfs_->xSleep = Sleep;
  vfs_->xCurrentTime = CurrentTime;
  vfs_->xGetLastError = GetLastError;
  vfs_->xCurrentTimeInt64 = CurrentTimeInt64;
  QF_CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

FilesVfs::~FilesVfs() { sqlite3_vfs_unregister(vfs_.get()); }

void FilesVfs::Forget() {
  MutexLock lock(state_->mutex);
  state_->nodes.clear();
}

void FilesVfs::OmitCommitSyncs() { state_->omit_commit_syncs = true; }
void FilesVfs::OnLogLock(absl::AnyInvocable<void(const LockChange&)> hook) { state_->on_log_lock = std::move(hook); }
void FilesVfs::OnLogRead(absl::AnyInvocable<void(const void*)> hook) { state_->on_log_read = std::move(hook); }

}  // namespace qf::sim
