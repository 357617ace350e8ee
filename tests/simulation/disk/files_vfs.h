// A SQLite VFS over any qf::Files, so that SQLCipher runs unchanged on the simulated disk.
//
// It keeps SQLite's two kinds of lock and the write-ahead log's index (-shm) on the heap, as one machine would in
// its memory: ordinary WAL mode with separate readers works, and Forget() is what a reboot does to them.
// It behaves as SQLite's own unix VFS where durability is concerned: a new log or journal has its name synced with
// its first sync, and a write never harms bytes beside it (SQLITE_IOCAP_POWERSAFE_OVERWRITE).
// Time comes from a Clock, randomness from an Entropy.
//
// Threads: any.
#pragma once

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "common/base/clock.h"
#include "common/base/entropy.h"
#include "common/base/files.h"

struct sqlite3_vfs;

namespace qf::sim {

class FilesVfs {
 public:
  // Registers the VFS under a name of its own; unregisters it when destroyed. All three outlive it.
  FilesVfs(Files& files, Clock& clock, Entropy& entropy);
  ~FilesVfs();
  FilesVfs(const FilesVfs&) = delete;
  FilesVfs& operator=(const FilesVfs&) = delete;

  const char* name() const { return name_.c_str(); }

  // All locks and all log indexes are gone, as after a reboot. Connections that are still open keep the old ones.
  void Forget();

  // Hooks are called with nothing held: they are where a test lets another connection act "at the same moment".
  // Set them while no connection is at work. `connection` tells connections to one file apart.

  // Before each change of a lock on the log's index. Slot 0 is the writer's lock, 1 the checkpointer's, 3 and up are
  // readers'.
  struct LockChange {
    const std::string& path;  // of the database
    const void* connection;
    int slot;
    int count;
    bool lock;       // else unlock
    bool exclusive;  // else shared
  };
  void OnLogLock(absl::AnyInvocable<void(const LockChange&)> hook);

  // When a connection has read the head of the log's index, found it changed, and has not acted on it yet.
  void OnLogRead(absl::AnyInvocable<void(const void* connection)> hook);

  // From now on a commit does not wait for the disk: the log is synced only before it is folded into the database, as
  // SQLite does with synchronous=NORMAL. A control: it must be found out.
  void OmitCommitSyncs();

  struct State;  // of files_vfs.cc

 private:
  std::string name_;
  std::unique_ptr<State> state_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace qf::sim
