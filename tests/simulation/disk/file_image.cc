#include "tests/simulation/disk/file_image.h"

#include <algorithm>
#include <utility>

namespace qf::sim {
namespace {

constexpr size_t kContentsKept = 3;  // the durable one and the last two before the newest

}  // namespace

std::string FileImage::SectorBytes(uint64_t sector) const {
  const uint64_t at = sector * kSectorBytes;
  std::string content = at < bytes_.size() ? bytes_.substr(at, kSectorBytes) : std::string();
  content.resize(kSectorBytes, '\0');
  return content;
}

// Overwrites what of the sector lies inside the file.
void FileImage::PutSector(uint64_t sector, const std::string& content) {
  const uint64_t at = sector * kSectorBytes;
  if (at >= bytes_.size()) return;
  const size_t inside = std::min<size_t>(kSectorBytes, bytes_.size() - at);
  bytes_.replace(at, inside, content, 0, inside);
}

void FileImage::Remember(uint64_t sector) {
  Unsynced& entry = unsynced_[sector];
  entry.forgotten = false;
  if (entry.older.size() == kContentsKept) entry.older.erase(entry.older.begin() + 1);
  entry.older.push_back(SectorBytes(sector));
}

void FileImage::Write(uint64_t offset, Bytes bytes) {
  if (bytes.empty()) return;
  const uint64_t end = offset + bytes.size();
  for (uint64_t sector = offset / kSectorBytes; sector * kSectorBytes < end; ++sector) Remember(sector);
  if (end > bytes_.size()) bytes_.resize(end, '\0');
  bytes_.replace(offset, bytes.size(), bytes.data(), bytes.size());
}

void FileImage::Truncate(uint64_t size_bytes) {
  for (uint64_t sector = size_bytes / kSectorBytes; sector * kSectorBytes < bytes_.size(); ++sector) Remember(sector);
  bytes_.resize(size_bytes, '\0');
}

void FileImage::Sync() {
  for (auto at = unsynced_.begin(); at != unsynced_.end();) {
    at = at->second.forgotten ? std::next(at) : unsynced_.erase(at);
  }
  durable_size_ = bytes_.size();
}

void FileImage::FailSync() {
  for (auto& [sector, entry] : unsynced_) entry.forgotten = true;
}

void FileImage::Cut(Draw draw, absl::FunctionRef<void(Fate)> told) {
  const uint64_t newest_size = bytes_.size();
  uint64_t size = durable_size_;
  if (newest_size != durable_size_ && draw(2) == 0) {
    const uint64_t low = std::min(newest_size, durable_size_);
    const uint64_t span = std::max(newest_size, durable_size_) - low;
    // All of the change, or for growth any whole sector on the way.
    size =
        newest_size < durable_size_ || draw(2) == 0 ? newest_size : low + draw(span / kSectorBytes + 1) * kSectorBytes;
  }
  bytes_.resize(std::max(newest_size, durable_size_), '\0');
  // Were each sector left to itself, a long write would never be there whole: so sometimes all share one fate.
  const uint64_t together = draw(4);
  for (const auto& [sector, entry] : unsynced_) {
    const std::string& old = entry.older[draw(entry.older.size())];
    const auto fate = together < 2 ? static_cast<Fate>(together) : static_cast<Fate>(draw(3));
    told(fate);
    if (fate == Fate::kKept) continue;
    std::string content = old;
    if (fate == Fate::kTorn) {
      const size_t torn_at = draw(kSectorBytes);
      const std::string newest = SectorBytes(sector);
      content = newest.substr(0, torn_at) + old.substr(torn_at);
    }
    PutSector(sector, content);
  }
  *this = Durable(bytes_.substr(0, size));
}

void FileImage::Rot(uint64_t bit) {
  if (bit / 8 < bytes_.size()) bytes_[bit / 8] = static_cast<char>(bytes_[bit / 8] ^ (1 << (bit % 8)));
}

FileImage FileImage::Durable(std::string bytes) {
  FileImage image;
  image.bytes_ = std::move(bytes);
  image.durable_size_ = image.bytes_.size();
  return image;
}

std::string FileImage::DurableBytes() const {
  FileImage worst = *this;
  worst.bytes_.resize(std::max<uint64_t>(bytes_.size(), durable_size_), '\0');
  for (const auto& [sector, entry] : unsynced_) worst.PutSector(sector, entry.older.front());
  worst.bytes_.resize(durable_size_);
  return worst.bytes_;
}

}  // namespace qf::sim
