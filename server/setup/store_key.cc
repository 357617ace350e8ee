#include "server/setup/store_key.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/base/wipe.h"

namespace qf::server {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kFileBytes = 128;

absl::Status Bad(absl::string_view what) { return Error(Reason::REASON_KEY_FILE, what); }

// Where systemd has put the credential; empty if it has not.
std::string CredentialPath() {
  const char* const folder = getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) return "";
  std::string path = absl::StrCat(folder, "/store.key");
  return access(path.c_str(), F_OK) == 0 ? path : "";
}

absl::Status CheckOwner(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return Bad("the key file is missing");
  const bool ours = info.st_uid == geteuid() || info.st_uid == 0;
  const bool open_to_others = (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  if (!ours || open_to_others) return Bad("the key file can be read by others");
  return absl::OkStatus();
}

absl::StatusOr<Secret> ReadKey(Files& files, const std::string& path) {
  auto text = ReadFile(files, path, kFileBytes);
  if (!text.ok()) return Bad("the key file cannot be read");
  const Secret wiped{Bytes(*text)};
  std::string bytes;
  const bool whole = FromHex(absl::StripAsciiWhitespace(wiped.bytes()), &bytes) && bytes.size() == kKeyBytes;
  Secret key{Bytes(bytes)};
  Wipe(bytes.data(), bytes.size());
  Wipe(text->data(), text->size());
  if (!whole) return Bad("the key file holds no key of 64 hexadecimal digits");
  return key;
}

}  // namespace

absl::StatusOr<Secret> LoadStoreKey(Files& files, const std::string& path) {
  // systemd guards its credentials itself, by a mount of their own.
  if (const std::string credential = CredentialPath(); !credential.empty()) return ReadKey(files, credential);
  QF_TRY(CheckOwner(path));
  return ReadKey(files, path);
}

absl::StatusOr<Secret> LoadOrMakeStoreKey(Files& files, Entropy& entropy, const std::string& path) {
  if (CredentialPath().empty()) {
    QF_TRY_ASSIGN(const bool exists, files.Exists(path));
    if (!exists) {
      const Secret key = entropy.RandomSecret(kKeyBytes);
      const Secret text(absl::StrCat(ToHex(key.bytes()), "\n"));
      QF_TRY(WriteFileAtomically(files, path, text.bytes()));
    }
  }
  return LoadStoreKey(files, path);
}

}  // namespace qf::server
