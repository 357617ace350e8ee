#include "tests/simulation/disk/disk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::sim {
namespace {

constexpr uint64_t kMillion = 1'000'000;
constexpr size_t kGoneKept = 64;  // removed files that the next Scan still searches

absl::Status NoPower() { return Error(Reason::REASON_DISK_ERROR, "the simulated machine is off"); }
absl::Status Failed(absl::string_view what) {
  return Error(Reason::REASON_DISK_ERROR, absl::StrCat(what, " failed on the simulated disk"));
}
absl::Status Missing() { return Error(Reason::REASON_FILE_MISSING, "there is no such file"); }
absl::Status Full() { return Error(Reason::REASON_DISK_FULL, "no space is left"); }

// splitmix64: one number from another, well mixed.
uint64_t Mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

bool IsIn(const std::string& path, const std::string& folder) { return DirName(path) == folder; }

}  // namespace

const char* NameOf(DiskEvent event) {
  static constexpr std::array<const char*, kDiskEvents> kNames = {"cut during write",
                                                                  "cut during sync",
                                                                  "cut during naming",
                                                                  "sector kept",
                                                                  "sector lost",
                                                                  "sector torn",
                                                                  "name kept",
                                                                  "name lost",
                                                                  "process death",
                                                                  "disk full",
                                                                  "read error",
                                                                  "write error",
                                                                  "sync error",
                                                                  "naming error",
                                                                  "rot",
                                                                  "misdirected write",
                                                                  "misdirected read",
                                                                  "slow",
                                                                  "restore"};
  return kNames[static_cast<size_t>(event)];
}

// A file opened in one life of the machine.
class SimDisk::OpenFile final : public File {
 public:
  OpenFile(SimDisk& disk, std::shared_ptr<FileImage> image, uint64_t life)
      : disk_(disk), image_(std::move(image)), life_(life) {}

  absl::StatusOr<std::string> ReadAt(uint64_t offset, size_t size_bytes) override {
    MutexLock lock(disk_.mutex_);
    if (Dead()) return NoPower();
    return disk_.ReadFrom(*image_, offset, size_bytes);
  }
  absl::Status WriteAt(uint64_t offset, Bytes bytes) override {
    MutexLock lock(disk_.mutex_);
    return Dead() ? NoPower() : disk_.WriteTo(*image_, offset, bytes);
  }
  absl::Status Truncate(uint64_t size_bytes) override {
    MutexLock lock(disk_.mutex_);
    return Dead() ? NoPower() : disk_.TruncateTo(*image_, size_bytes);
  }
  absl::StatusOr<uint64_t> SizeBytes() override {
    MutexLock lock(disk_.mutex_);
    if (Dead()) return NoPower();
    return image_->bytes().size();
  }
  absl::Status Sync() override {
    MutexLock lock(disk_.mutex_);
    return Dead() ? NoPower() : disk_.SyncImage(*image_);
  }

 private:
  bool Dead() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_.mutex_) { return disk_.stopped_ || disk_.life_ != life_; }

  SimDisk& disk_;
  const std::shared_ptr<FileImage> image_;
  const uint64_t life_;
};

class SimDisk::OpenLock final : public FileLock {
 public:
  OpenLock(SimDisk& disk, std::string path, uint64_t life) : disk_(disk), path_(std::move(path)), life_(life) {}
  ~OpenLock() override {
    MutexLock lock(disk_.mutex_);
    if (disk_.life_ == life_) disk_.locks_.erase(path_);
  }

 private:
  SimDisk& disk_;
  const std::string path_;
  const uint64_t life_;
};

SimDisk::SimDisk(uint64_t seed, Clock& clock, Entropy& entropy) : seed_(seed), vfs_(*this, clock, entropy) {}

// --- Chance and faults.

uint64_t SimDisk::Draw(Place place, uint64_t bound) {
  const auto index = static_cast<uint64_t>(place);
  return Mix(Mix(seed_ ^ Mix(index + 1)) + drawn_[index]++) % bound;
}

bool SimDisk::Chance(Place place, uint32_t per_million) {
  return per_million != 0 && Draw(place, kMillion) < per_million;
}

bool SimDisk::MustFail(DiskOperation kind) {
  Failing& failing = failing_[static_cast<size_t>(kind)];
  if (failing.times > 0) {
    if (failing.skip > 0) {
      --failing.skip;
    } else {
      if (failing.times != kForever) --failing.times;
      return true;
    }
  }
  switch (kind) {
    case DiskOperation::kRead:
      return Chance(Place::kFailures, faults_.read_error);
    case DiskOperation::kWrite:
      return Chance(Place::kFailures, faults_.write_error);
    case DiskOperation::kSync:
      return Chance(Place::kFailures, faults_.sync_error);
    case DiskOperation::kName:
      return Chance(Place::kFailures, faults_.name_error);
  }
  return false;
}

SimDisk::Verdict SimDisk::Begin(DiskOperation kind) {
  if (Chance(Place::kSlow, faults_.slow)) {
    Tell(DiskEvent::kSlow);
    delay_us_ += faults_.slow_us;
  }
  if (kind != DiskOperation::kRead && changes_++ == cut_at_) {
    Tell(kind == DiskOperation::kWrite  ? DiskEvent::kCutDuringWrite
         : kind == DiskOperation::kSync ? DiskEvent::kCutDuringSync
                                        : DiskEvent::kCutDuringNaming);
    stopped_ = true;
    return Verdict::kCut;
  }
  if (!MustFail(kind)) return Verdict::kGo;
  Tell(kind == DiskOperation::kRead    ? DiskEvent::kReadError
       : kind == DiskOperation::kWrite ? DiskEvent::kWriteError
       : kind == DiskOperation::kSync  ? DiskEvent::kSyncError
                                       : DiskEvent::kNamingError);
  return Verdict::kFail;
}

void SimDisk::SetFaults(const DiskFaults& faults) {
  MutexLock lock(mutex_);
  faults_ = faults;
}

void SimDisk::Fail(DiskOperation kind, uint64_t skip, uint64_t times) {
  MutexLock lock(mutex_);
  failing_[static_cast<size_t>(kind)] = {skip, times};
}

void SimDisk::StopFailing() {
  MutexLock lock(mutex_);
  failing_ = {};
}

void SimDisk::SetCapacity(uint64_t size_bytes) {
  MutexLock lock(mutex_);
  capacity_bytes_ = size_bytes;
}

uint64_t SimDisk::Used() const {
  uint64_t used = 0;
  for (const auto& [path, image] : seen_) used += image->bytes().size();
  return used;
}

uint64_t SimDisk::UsedBytes() const {
  MutexLock lock(mutex_);
  return Used();
}

void SimDisk::Rot(const std::string& path, uint64_t bit) {
  MutexLock lock(mutex_);
  const auto found = seen_.find(path);
  QF_CHECK(found != seen_.end() && bit / 8 < found->second->bytes().size());
  found->second->Rot(bit);
  Tell(DiskEvent::kRot);
}

uint64_t SimDisk::TakeDelayUs() {
  MutexLock lock(mutex_);
  return std::exchange(delay_us_, 0);
}

// --- Power.

uint64_t SimDisk::changes() const {
  MutexLock lock(mutex_);
  return changes_;
}

void SimDisk::CutAt(uint64_t changes) {
  MutexLock lock(mutex_);
  cut_at_ = changes_ + changes;
}

bool SimDisk::stopped() const {
  MutexLock lock(mutex_);
  return stopped_;
}

void SimDisk::Stop() {
  MutexLock lock(mutex_);
  stopped_ = true;
}

void SimDisk::Restart() {
  ++life_;
  stopped_ = false;
  cut_at_ = kForever;
  locks_.clear();
  vfs_.Forget();
}

void SimDisk::RestartProcess() {
  MutexLock lock(mutex_);
  Tell(DiskEvent::kProcessDeath);
  Restart();
}

// A journalling file system has made the changes of names durable up to some point, in order.
void SimDisk::DecideNames() {
  const uint64_t kept = Draw(Place::kNames, unsynced_names_.size() + 1);
  for (uint64_t i = 0; i < unsynced_names_.size(); ++i) {
    Tell(i < kept ? DiskEvent::kNameKept : DiskEvent::kNameLost);
    if (i < kept) ApplyTo(durable_, unsynced_names_[i]);
  }
  unsynced_names_.clear();
  seen_ = durable_;
}

void SimDisk::PowerOn() {
  MutexLock lock(mutex_);
  DecideNames();
  for (auto& [path, image] : seen_) {
    image->Cut([this](uint64_t bound) ABSL_NO_THREAD_SAFETY_ANALYSIS { return Draw(Place::kSectors, bound); },
               [this](FileImage::Fate fate) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                 Tell(fate == FileImage::Fate::kKept   ? DiskEvent::kSectorKept
                      : fate == FileImage::Fate::kLost ? DiskEvent::kSectorLost
                                                       : DiskEvent::kSectorTorn);
               });
  }
  Restart();
}

// --- From outside.

uint64_t SimDisk::count(DiskEvent event) const {
  MutexLock lock(mutex_);
  return counts_[static_cast<size_t>(event)];
}

std::vector<std::string> SimDisk::Scan(Bytes needle) {
  MutexLock lock(mutex_);
  std::set<std::string> found;
  const auto look = [&](const std::string& path, const FileImage& image) {
    const bool hit = absl::StrContains(image.bytes(), needle) ||
                     (image.unsynced_sectors() > 0 && absl::StrContains(image.DurableBytes(), needle));
    if (hit) found.insert(path);
  };
  for (const auto& [path, image] : seen_) look(path, *image);
  for (const auto& [path, image] : durable_) look(path, *image);
  for (const auto& [path, image] : gone_) look(path, *image);
  gone_.clear();
  return std::vector<std::string>(found.begin(), found.end());
}

SimDisk::Image SimDisk::Snapshot() const {
  MutexLock lock(mutex_);
  Image image;
  for (const auto& [path, file] : seen_) image.files.emplace(path, file->bytes());
  image.folders = folders_;
  return image;
}

void SimDisk::Restore(const Image& image) {
  MutexLock lock(mutex_);
  Tell(DiskEvent::kRestore);
  seen_.clear();
  for (const auto& [path, bytes] : image.files) {
    seen_.emplace(path, std::make_shared<FileImage>(FileImage::Durable(bytes)));
  }
  durable_ = seen_;
  folders_ = image.folders;
  unsynced_names_.clear();
  Restart();
}

// --- Contents.

absl::StatusOr<std::string> SimDisk::ReadFrom(FileImage& image, uint64_t offset, size_t size_bytes) {
  if (Begin(DiskOperation::kRead) != Verdict::kGo) return Failed("a read");
  const uint64_t size = image.bytes().size();
  if (size > 0 && Chance(Place::kRot, faults_.rot)) {
    image.Rot(Draw(Place::kRot, size * 8));
    Tell(DiskEvent::kRot);
  }
  if (size > 0 && Chance(Place::kMisdirection, faults_.misdirected_read)) {
    offset = Draw(Place::kMisdirection, size);
    Tell(DiskEvent::kMisdirectedRead);
  }
  return offset < size ? image.bytes().substr(offset, size_bytes) : std::string();
}

absl::Status SimDisk::WriteTo(FileImage& image, uint64_t offset, Bytes bytes) {
  const Verdict verdict = Begin(DiskOperation::kWrite);
  if (verdict == Verdict::kFail) {
    image.Write(offset, bytes.substr(0, Draw(Place::kPartialWrite, bytes.size() + 1)));
    return Failed("a write");
  }
  const uint64_t size = image.bytes().size();
  const uint64_t end = offset + bytes.size();
  const uint64_t room = capacity_bytes_ == kForever ? kForever : capacity_bytes_ - std::min(capacity_bytes_, Used());
  if (end > size && end - size > room) {
    Tell(DiskEvent::kDiskFull);
    const uint64_t fits_to = size + room;
    if (fits_to > offset) image.Write(offset, bytes.substr(0, fits_to - offset));
    return Full();
  }
  if (size > 0 && Chance(Place::kMisdirection, faults_.misdirected_write)) {
    offset = Draw(Place::kMisdirection, size / FileImage::kSectorBytes + 1) * FileImage::kSectorBytes;
    Tell(DiskEvent::kMisdirectedWrite);
  }
  image.Write(offset, bytes);
  return verdict == Verdict::kCut ? NoPower() : absl::OkStatus();
}

absl::Status SimDisk::TruncateTo(FileImage& image, uint64_t size_bytes) {
  const Verdict verdict = Begin(DiskOperation::kWrite);
  if (verdict == Verdict::kFail) return Failed("a truncation");
  image.Truncate(size_bytes);
  return verdict == Verdict::kCut ? NoPower() : absl::OkStatus();
}

absl::Status SimDisk::SyncImage(FileImage& image) {
  const Verdict verdict = Begin(DiskOperation::kSync);
  if (verdict == Verdict::kCut) return NoPower();  // what got through is for PowerOn to say
  if (verdict == Verdict::kFail) {
    image.FailSync();
    return Failed("a sync");
  }
  image.Sync();
  return absl::OkStatus();
}

// --- Names.

bool SimDisk::HasFolder(const std::string& path) const {
  return path == "." || path == "/" || folders_.count(path) > 0;
}

void SimDisk::ApplyTo(Names& names, const NameChange& change) {
  if (!change.old_path.empty()) names.erase(change.old_path);
  if (change.image == nullptr) {
    names.erase(change.path);
  } else {
    names[change.path] = change.image;
  }
}

void SimDisk::Apply(NameChange change) {
  const auto before = seen_.find(change.path);
  if (before != seen_.end()) gone_.emplace_back(change.path, before->second);
  if (gone_.size() > kGoneKept) gone_.erase(gone_.begin());
  ApplyTo(seen_, change);
  unsynced_names_.push_back(std::move(change));
}

absl::Status SimDisk::Name(NameChange change) {
  const Verdict verdict = Begin(DiskOperation::kName);
  if (verdict == Verdict::kFail) return Failed("a change of names");
  Apply(std::move(change));
  return verdict == Verdict::kCut ? NoPower() : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<File>> SimDisk::Open(const std::string& path, OpenMode mode) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  if (!HasFolder(DirName(path))) return Missing();
  const auto found = seen_.find(path);
  if (found != seen_.end()) {
    if (mode == OpenMode::kCreateNew) return Error(Reason::REASON_FILE_EXISTS, "the file exists already");
    return std::make_unique<OpenFile>(*this, found->second, life_);
  }
  if (mode == OpenMode::kRead || mode == OpenMode::kReadWrite) return Missing();
  auto image = std::make_shared<FileImage>();
  QF_TRY(Name({path, image, ""}));
  return std::make_unique<OpenFile>(*this, std::move(image), life_);
}

absl::Status SimDisk::Rename(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  const auto found = seen_.find(from);
  if (found == seen_.end() || !HasFolder(DirName(to))) return Missing();
  return Name({to, found->second, from});
}

absl::Status SimDisk::Remove(const std::string& path) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  if (folders_.count(path) > 0) {
    const auto inside = [&path](const std::string& other) { return IsIn(other, path); };
    const bool used = std::any_of(folders_.begin(), folders_.end(), inside) ||
                      std::any_of(seen_.begin(), seen_.end(), [&](const auto& file) { return inside(file.first); });
    if (used) return Failed("removing a folder that is not empty");
    folders_.erase(path);
    return absl::OkStatus();
  }
  return seen_.count(path) > 0 ? Name({path, nullptr, ""}) : Missing();
}

absl::StatusOr<bool> SimDisk::Exists(const std::string& path) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  return seen_.count(path) > 0 || HasFolder(path);
}

absl::Status SimDisk::MakeDir(const std::string& path) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    folders_.insert(path.substr(0, slash));
  }
  folders_.insert(path);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> SimDisk::List(const std::string& path) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  if (!HasFolder(path)) return Missing();
  std::set<std::string> names;
  const auto add = [&](const std::string& other) {
    if (IsIn(other, path) && other != path) names.insert(other.substr(other.rfind('/') + 1));
  };
  for (const auto& [file, image] : seen_) add(file);
  for (const std::string& folder : folders_) add(folder);
  return std::vector<std::string>(names.begin(), names.end());
}

absl::Status SimDisk::SyncDir(const std::string& path) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  if (!HasFolder(path)) return Missing();
  const Verdict verdict = Begin(DiskOperation::kName);
  if (verdict == Verdict::kFail) return Failed("a folder's sync");
  if (verdict == Verdict::kCut) return NoPower();
  std::vector<NameChange> others;
  for (NameChange& change : unsynced_names_) {
    const bool here = IsIn(change.path, path) || (!change.old_path.empty() && IsIn(change.old_path, path));
    if (here) {
      ApplyTo(durable_, change);
    } else {
      others.push_back(std::move(change));
    }
  }
  unsynced_names_ = std::move(others);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FileLock>> SimDisk::Lock(const std::string& path) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  if (!HasFolder(DirName(path))) return Missing();
  if (!locks_.insert(path).second) return Error(Reason::REASON_STORE_IN_USE, "another process uses this store");
  return std::make_unique<OpenLock>(*this, path, life_);
}

absl::StatusOr<uint64_t> SimDisk::FreeBytes(const std::string&) {
  MutexLock lock(mutex_);
  if (stopped_) return NoPower();
  return capacity_bytes_ - std::min(capacity_bytes_, Used());
}

}  // namespace qf::sim
