// The platform secret: 32 random bytes that a vault cannot be opened without, kept where a copy of the store's folder
// does not have them. A phone's app keeps them in the phone's keystore and hands them in; elsewhere they are a file of
// their own.
// For: vault.h. Erasing a store begins with it: once it is gone, the vault's slots are noise.
// Threads: any, as Files are; calls touch the disk, so all but a look at it belongs on the worker.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/entropy.h"
#include "common/base/files.h"
#include "common/base/secret.h"

namespace qf::client {

constexpr size_t kPlatformSecretBytes = 32;

class PlatformSecret {
 public:
  virtual ~PlatformSecret() = default;
  // True if it cannot be copied off this device.
  virtual bool InHardware() const = 0;
  // The secret. FAILED_PRECONDITION(KEY_FILE) if there is none, or it cannot be what was kept.
  virtual absl::StatusOr<Secret> Load() = 0;
  // A new one, durable when it returns. ALREADY_EXISTS(FILE_EXISTS) if there is a kept one: it is another store's, and
  // to replace it would be to erase that store.
  virtual absl::StatusOr<Secret> Create(Entropy& entropy) = 0;
  // Keeps what Create made, once there is a vault that needs it; until then the next Create replaces it, so a crash
  // between the two leaves nothing in the way. Fine if it was kept before.
  virtual absl::Status Keep() = 0;
  // Gone for good; fine if there was none.
  virtual absl::Status Destroy() = 0;
};

// In a file of mode 0600; "<path>.new" until it is kept. Destroy overwrites it, removes it and makes that durable; on
// flash the old bytes may lie somewhere until they are written over, and nothing here can help that. `files` outlives
// it.
std::unique_ptr<PlatformSecret> NewFileSecret(Files& files, std::string path);

// One that the app around the core keeps, and hands in at every Open: kPlatformSecretBytes. `in_hardware`: the app's
// word that it cannot be copied off this device. Destroy forgets it here alone; the app destroys its own when it hears
// that the session is WIPED.
std::unique_ptr<PlatformSecret> NewHandedSecret(Secret secret, bool in_hardware);

// "<folder>.secret" beside the folder: where the file is unless the caller of Open names another place.
std::string DefaultSecretPath(const std::string& folder);

}  // namespace qf::client
