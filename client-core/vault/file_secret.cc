#include "absl/strings/match.h"
#include "client-core/vault/erase_file.h"
#include "client-core/vault/platform_secret.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/base/wipe.h"

namespace qf::client {
namespace {

class FileSecret final : public PlatformSecret {
 public:
  FileSecret(Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  bool InHardware() const override { return false; }

  absl::StatusOr<Secret> Load() override {
    QF_TRY_ASSIGN(const bool kept, files_.Exists(path_));
    auto bytes = ReadFile(files_, kept ? path_ : Unkept(), kPlatformSecretBytes);
    const Reason reason = ReasonOf(bytes.status());
    if (reason == Reason::REASON_FILE_MISSING || reason == Reason::REASON_TOO_LARGE) {
      return Error(Reason::REASON_KEY_FILE, "the file of the platform secret is not there, or is another file");
    }
    QF_TRY(bytes.status());
    Secret secret(*bytes);
    Wipe(bytes->data(), bytes->size());
    if (secret.size() != kPlatformSecretBytes) {
      return Error(Reason::REASON_KEY_FILE, "the file of the platform secret is not whole");
    }
    return secret;
  }

  absl::StatusOr<Secret> Create(Entropy& entropy) override {
    QF_TRY_ASSIGN(const bool kept, files_.Exists(path_));
    if (kept) return Error(Reason::REASON_FILE_EXISTS, "the file of the platform secret belongs to another store");
    Secret secret = entropy.RandomSecret(kPlatformSecretBytes);
    QF_TRY_ASSIGN(auto file, files_.Open(Unkept(), OpenMode::kCreate));
    QF_TRY(file->Truncate(0));
    QF_TRY(file->WriteAt(0, secret.bytes()));
    QF_TRY(file->Sync());
    QF_TRY(files_.SyncDir(DirName(path_)));
    return secret;
  }

  absl::Status Keep() override {
    QF_TRY_ASSIGN(const bool unkept, files_.Exists(Unkept()));
    if (!unkept) return absl::OkStatus();
    QF_TRY(files_.Rename(Unkept(), path_));
    return files_.SyncDir(DirName(path_));
  }

  absl::Status Destroy() override {
    const absl::Status erased = EraseFile(files_, path_);
    QF_TRY(EraseFile(files_, Unkept()));
    return erased;
  }

 private:
  std::string Unkept() const { return path_ + ".new"; }

  Files& files_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<PlatformSecret> NewFileSecret(Files& files, std::string path) {
  return std::make_unique<FileSecret>(files, std::move(path));
}

std::string DefaultSecretPath(const std::string& folder) {
  absl::string_view plain = folder;
  while (plain.size() > 1 && absl::EndsWith(plain, "/")) plain.remove_suffix(1);
  return std::string(plain) + ".secret";
}

}  // namespace qf::client
