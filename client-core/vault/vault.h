// The vault: one small file that holds a device's keys, wrapped by its owner's PIN and the platform secret.
// docs/protocol.md, "PIN and loss"; the bytes are in format.h, what a guess costs in cost.h.
//
//   Vault vault(files, entropy, clock, folder + "/vault", *secret);
//   QF_TRY(vault.Create(pin, keys, kFileSecretCost));
//   QF_TRY_ASSIGN(VaultKeys keys, vault.Unlock(pin));
//
// Tries are counted before they are made: the count is durable before Argon2id begins, so pulling the plug gives
// nobody a free one. A crash at any moment leaves the vault as it was or as it was to become.
//
// Not for: what the keys are for (session/), erasing the store around the vault (api/core.h).
// Threads: one call at a time; they take Argon2id's time and touch the disk, so they belong on the worker. Exists and
// NextTryAtUs only read a file that is replaced as a whole: they may come meanwhile.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client-core/vault/cost.h"
#include "client-core/vault/platform_secret.h"
#include "common/base/clock.h"
#include "common/base/entropy.h"
#include "common/base/files.h"
#include "common/base/secret.h"

namespace qf::client {

// What a slot holds; 32 bytes each.
struct VaultKeys {
  Secret store_key;       // SQLCipher raw key
  Secret signing_seed;    // Ed25519: record::Signer::FromSeed
  Secret sealing_secret;  // X25519: sealing::SealingKeyPair::FromSecret
};

class Vault {
 public:
  // All of them outlive the vault. `path` is the vault file; its folder exists.
  Vault(Files& files, Entropy& entropy, Clock& clock, std::string path, PlatformSecret& secret)
      : files_(files), entropy_(entropy), clock_(clock), path_(std::move(path)), secret_(secret) {}

  // Whether there is a vault file.
  absl::StatusOr<bool> Exists() const { return files_.Exists(path_); }

  // Makes platform secret and vault; durable when OK. INVALID_ARGUMENT(PIN_WEAK); ALREADY_EXISTS(FILE_EXISTS) when
  // there is one. A crash leaves none, or a whole one.
  absl::Status Create(absl::string_view pin, const VaultKeys& keys, const VaultCost& cost);

  // The keys. UNAUTHENTICATED(PIN_WRONG) with the wait before the next try; RESOURCE_EXHAUSTED(PIN_WAIT) with the
  // wait that is left, the try not made and not counted; FAILED_PRECONDITION(KEY_FILE) without platform secret;
  // DATA_LOSS(STORE_DAMAGED), FAILED_PRECONDITION(STORE_NEWER); the disk's errors (a full disk cannot count the try).
  absl::StatusOr<VaultKeys> Unlock(absl::string_view pin);

  // Wraps the same keys by another PIN. `old_pin` is a try like any other; PIN_WEAK is told before it is made.
  absl::Status ChangePin(absl::string_view old_pin, absl::string_view new_pin);

  // When the next try is allowed, wall clock; 0 = now. Errors of reading the file.
  absl::StatusOr<uint64_t> NextTryAtUs() const;

  // Deletes the platform secret, then overwrites and unlinks the file: from the first step on the keys are gone. Does
  // all it can and tells the first thing that failed; fine if there is nothing left. Call it again after a crash.
  absl::Status Destroy();

 private:
  struct Contents;
  struct Opened;
  absl::StatusOr<Contents> Read() const;
  absl::Status Write(const Contents& contents) const;
  absl::StatusOr<Opened> Try(absl::string_view pin);

  Files& files_;
  Entropy& entropy_;
  Clock& clock_;
  const std::string path_;
  PlatformSecret& secret_;
};

}  // namespace qf::client
