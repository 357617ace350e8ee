#include "server/store/head_file.h"

#include "absl/strings/str_cat.h"
#include "common/base/sha256.h"
#include "common/base/try.h"

namespace qf::server {
namespace {

constexpr absl::string_view kLabel("qingfeng/head/1\0", 16);
constexpr uint64_t kSectorBytes = 512;
constexpr int kSectors = 3;
constexpr size_t kCheckBytes = 8;
constexpr size_t kHeadBytes = kLabel.size() + 3 * 8 + 1 + kCheckBytes;

std::string Pack(const Head& head) {
  std::string out = absl::StrCat(kLabel, U64(head.term), U64(head.size), U64(head.highest_term));
  out.push_back(head.rolled_back ? 1 : 0);
  out.append(Sha256(out).bytes().data(), kCheckBytes);
  return out;
}

std::optional<Head> Unpack(Bytes sector) {
  const Bytes packed = sector.substr(0, kHeadBytes);
  if (packed.size() != kHeadBytes || packed.substr(0, kLabel.size()) != kLabel) return std::nullopt;
  const Bytes checked = packed.substr(0, kHeadBytes - kCheckBytes);
  if (packed.substr(checked.size()) != Sha256(checked).bytes().substr(0, kCheckBytes)) return std::nullopt;
  Bytes rest = packed.substr(kLabel.size());
  Head head;
  for (uint64_t* number : {&head.term, &head.size, &head.highest_term}) *number = TakeU64(&rest);
  head.rolled_back = rest[0] != 0;
  return head;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HeadFile>> HeadFile::Open(Files& files, Clock& clock, std::string path) {
  auto out = std::unique_ptr<HeadFile>(new HeadFile(files, clock, std::move(path)));
  QF_TRY_ASSIGN(const bool exists, files.Exists(out->path_));
  if (!exists) return out;
  QF_TRY_ASSIGN(out->file_, files.Open(out->path_, OpenMode::kReadWrite));
  QF_TRY_ASSIGN(const std::string bytes, out->file_->ReadAt(0, kSectors * kSectorBytes));
  std::optional<Head> heads[kSectors];
  for (int sector = 0; sector < kSectors; ++sector) {
    const size_t at = sector * kSectorBytes;
    if (at < bytes.size()) heads[sector] = Unpack(Bytes(bytes).substr(at, kSectorBytes));
    if (heads[sector] && (!out->head_ || *out->head_ < *heads[sector])) out->head_ = heads[sector];
  }
  // The newer of the synced ones stays until the other is whole.
  if (heads[1] && (!heads[2] || *heads[2] < *heads[1])) out->next_sector_ = 2;
  return out;
}

absl::Status HeadFile::MakeFile() {
  QF_TRY_ASSIGN(file_, files_.Open(path_, OpenMode::kCreate));
  return files_.SyncDir(DirName(path_));
}

absl::Status HeadFile::Note(const Head& head) {
  if (file_ == nullptr || sync_next_ || clock_.SteadyUs() - synced_at_us_ >= kSyncUs) return NoteDurably(head);
  QF_TRY(file_->WriteAt(0, Pack(head)));
  head_ = head;
  return absl::OkStatus();
}

absl::Status HeadFile::NoteDurably(const Head& head) {
  if (file_ == nullptr) QF_TRY(MakeFile());
  QF_TRY(file_->WriteAt(next_sector_ * kSectorBytes, Pack(head)));
  QF_TRY(file_->WriteAt(0, Pack(head)));
  QF_TRY(file_->Sync());
  next_sector_ = 3 - next_sector_;
  head_ = head;
  sync_next_ = false;
  synced_at_us_ = clock_.SteadyUs();
  return absl::OkStatus();
}

}  // namespace qf::server
