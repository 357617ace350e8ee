// The head file: (term, size) of the log, kept outside the database, so that a database that was put back from an
// older copy is noticed. docs/protocol.md, "Restore".
//
// Rule of order: it is written after the commit of what it names is durable, never before. So at any crash it names
// at most what the database holds: a database *behind* it was put back, and there is no false alarm.
//
// What it costs: a write of one sector after each commit and no sync of its own, or it would halve the rate. It may
// therefore lag after a power cut, which would hide a restore only if the copy was newer than the lagging head. That
// cannot be for copies that this program makes, nor for copies made by hand of a stopped server: the first commit
// after a start, and the first after a copy was made, sync the head before anybody is told of that commit, so the
// head lies beyond every such copy as soon as anything could be missed. For copies made by hand beside a running
// server a sync a second bounds the lag; what was acknowledged within that second is known to the device that sent
// it, and its next Hello shows it.
//
// The same file remembers a rollback that a Hello has shown (`rolled_back`), and the highest term ever seen, over a
// restart of the process. Restoring by `qingfengd restore` removes the file; only commits and RESTART make it again.
//
// Format: three sectors of 512 bytes, each at most one head:
//   "qingfeng/head/1\0" ‖ term ‖ size ‖ highest term ‖ rolled back (1) ‖ first 8 bytes of SHA-256 of all that
// Sector 0 is written without sync; sectors 1 and 2 in turn, each followed by a sync, so one of them is always whole.
// The head is the largest that any sector holds. Numbers are 8 bytes, big-endian.
//
// Threads: one at a time (the writer's).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "common/base/clock.h"
#include "common/base/files.h"

namespace qf::server {

struct Head {
  uint64_t term = 0;
  uint64_t size = 0;
  uint64_t highest_term = 0;
  bool rolled_back = false;
  friend bool operator<(const Head& a, const Head& b) {
    return std::tie(a.term, a.size, a.highest_term, a.rolled_back) <
           std::tie(b.term, b.size, b.highest_term, b.rolled_back);
  }
};

class HeadFile {
 public:
  // How long a head may stay unsynced while commits go on.
  static constexpr uint64_t kSyncUs = kMicrosPerSecond;

  // Reads the file at `path` if there is one. `files` and `clock` outlive it.
  static absl::StatusOr<std::unique_ptr<HeadFile>> Open(Files& files, Clock& clock, std::string path);

  // What the file held when it was opened, or what was written since; nullopt: there is none.
  const std::optional<Head>& head() const { return head_; }

  // Notes the head of a commit that is durable; call before answering anybody. Syncs if it is the first since Open
  // or SyncNext, or kSyncUs have passed. Errors as File.
  absl::Status Note(const Head& head);
  // Notes and syncs.
  absl::Status NoteDurably(const Head& head);
  // The next Note will sync: a copy was made.
  void SyncNext() { sync_next_ = true; }

 private:
  HeadFile(Files& files, Clock& clock, std::string path) : files_(files), clock_(clock), path_(std::move(path)) {}
  absl::Status MakeFile();

  Files& files_;
  Clock& clock_;
  const std::string path_;
  std::unique_ptr<File> file_;
  std::optional<Head> head_;
  bool sync_next_ = true;
  uint64_t synced_at_us_ = 0;
  int next_sector_ = 1;
};

}  // namespace qf::server
