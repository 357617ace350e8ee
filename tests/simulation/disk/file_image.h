// One file of the simulated disk: what the running system sees, and what of it a power cut may take back.
//
// A write is seen at once and is durable after Sync. At a cut each 512-byte sector written since the last Sync has
// one of the contents that it had since then, or is torn between two of them; the file's size likewise. In a quarter
// of the cuts all of them are kept, in a quarter all are lost: the extremes, which many sectors would never reach
// alone. After a failed sync the system counts the sectors as written although they are not (as Linux does): a later
// Sync does not help them, only writing them again does.
//
// Threads: none of its own; SimDisk guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/base/strings.h"

namespace qf::sim {

class FileImage {
 public:
  static constexpr size_t kSectorBytes = 512;

  enum class Fate { kKept, kLost, kTorn };

  // What decides at a cut: a number below `bound`.
  using Draw = absl::FunctionRef<uint64_t(uint64_t bound)>;

  const std::string& bytes() const { return bytes_; }
  // How much of the file nobody may rely on: sectors whose fate is open.
  size_t unsynced_sectors() const { return unsynced_.size(); }

  void Write(uint64_t offset, Bytes bytes);
  void Truncate(uint64_t size_bytes);
  void Sync();
  // The sync that reports an error: nothing became durable, and the system has forgotten that it must.
  void FailSync();

  // The power goes and comes back. `told` hears the fate of each sector.
  void Cut(Draw draw, absl::FunctionRef<void(Fate)> told);

  // Flips one bit, on the disk as in memory.
  void Rot(uint64_t bit);

  // A file with these bytes, all of them durable.
  static FileImage Durable(std::string bytes);
  // What a cut leaves at the worst: nothing that was not synced.
  std::string DurableBytes() const;

 private:
  struct Unsynced {
    std::vector<std::string> older;  // contents since the last Sync, the durable one first; the newest is in bytes_
    bool forgotten = false;          // by a failed sync
  };

  void Remember(uint64_t sector);
  std::string SectorBytes(uint64_t sector) const;
  void PutSector(uint64_t sector, const std::string& content);

  std::string bytes_;
  uint64_t durable_size_ = 0;
  std::map<uint64_t, Unsynced> unsynced_;
};

}  // namespace qf::sim
