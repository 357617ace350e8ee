#include "client-core/vault/vault.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "client-core/vault/erase_file.h"
#include "client-core/vault/format.h"
#include "client-core/vault/pin.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/sealing/hkdf.h"

namespace qf::client {
namespace {

using Slot = std::string;  // kSlotBytes

constexpr size_t kKeyBytes = 32;

absl::Status Damaged() { return Error(Reason::REASON_STORE_DAMAGED, "the vault file is damaged"); }

bool Allowed(const VaultCost& cost) {
  return cost.memory_kib >= kVaultCostMin.memory_kib && cost.memory_kib <= kVaultCostMax.memory_kib &&
         cost.passes >= kVaultCostMin.passes && cost.passes <= kVaultCostMax.passes;
}

// How long after the last try the next one is allowed.
uint64_t DelayUs(uint64_t failed_tries) {
  const size_t last = std::size(kTryDelaySeconds) - 1;
  return kTryDelaySeconds[std::min<uint64_t>(failed_tries, last)] * kMicrosPerSecond;
}

uint64_t InMilliseconds(uint64_t us) { return (us + 999) / 1000; }

absl::StatusOr<Secret> StretchPin(absl::string_view pin, Bytes salt, const VaultCost& cost) {
  QF_CHECK(sodium_init() >= 0);
  Secret out(kKeyBytes);
  if (crypto_pwhash(out.mutable_data(), out.size(), pin.data(), pin.size(),
                    reinterpret_cast<const unsigned char*>(salt.data()), cost.passes, cost.memory_kib * 1024,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error(Reason::REASON_SANDBOX, "there is not enough memory to try a PIN");
  }
  return out;
}

Secret Joined(std::initializer_list<Bytes> parts) {
  size_t size_bytes = 0;
  for (const Bytes part : parts) size_bytes += part.size();
  Secret out(size_bytes);
  unsigned char* at = out.mutable_data();
  for (const Bytes part : parts) at = std::copy(part.begin(), part.end(), at);
  return out;
}

Slot SealSlot(Entropy& entropy, const Secret& key, Bytes associated, const VaultKeys& keys) {
  const Secret plain = Joined({keys.store_key.bytes(), keys.signing_seed.bytes(), keys.sealing_secret.bytes()});
  QF_CHECK(plain.size() == kSlotKeysBytes);
  Slot slot(kSlotBytes, '\0');
  entropy.Fill(&slot[0], kSlotNonceBytes);
  auto* out = reinterpret_cast<unsigned char*>(&slot[0]);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kSlotNonceBytes, nullptr, plain.data(), plain.size(),
                                             reinterpret_cast<const unsigned char*>(associated.data()),
                                             associated.size(), nullptr, out, key.data());
  return slot;
}

std::optional<VaultKeys> OpenSlot(const Slot& slot, const Secret& key, Bytes associated) {
  const auto* in = reinterpret_cast<const unsigned char*>(slot.data());
  Secret plain(kSlotKeysBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain.mutable_data(), nullptr, nullptr, in + kSlotNonceBytes, kSlotBytes - kSlotNonceBytes,
          reinterpret_cast<const unsigned char*>(associated.data()), associated.size(), in, key.data()) != 0) {
    return std::nullopt;
  }
  return VaultKeys{Secret(plain.bytes().substr(0, kKeyBytes)), Secret(plain.bytes().substr(kKeyBytes, kKeyBytes)),
                   Secret(plain.bytes().substr(2 * kKeyBytes, kKeyBytes))};
}

}  // namespace

// A vault file, taken apart.
struct Vault::Contents {
  VaultCost cost;
  uint64_t failed_tries = 0;
  uint64_t last_try_us = 0;
  std::string salt;
  std::array<Slot, kVaultSlots> slots;

  // What a slot is bound to.
  std::string Associated() const {
    return absl::StrCat(kSlotLabel, kVaultMagic, U64(cost.memory_kib), U64(cost.passes), salt);
  }
  absl::StatusOr<Secret> SlotKey(absl::string_view pin, const Secret& platform) const {
    QF_TRY_ASSIGN(const Secret stretched, StretchPin(pin, salt, cost));
    return sealing::HkdfSha256(Joined({stretched.bytes(), platform.bytes()}).bytes(), salt, kSlotLabel, kKeyBytes);
  }
  // Microseconds until the next try. A clock that was set back since the last one makes it at most one whole delay.
  uint64_t WaitUs(uint64_t now_us) const {
    const uint64_t delay_us = DelayUs(failed_tries);
    if (now_us < last_try_us) return delay_us;
    return now_us - last_try_us >= delay_us ? 0 : last_try_us + delay_us - now_us;
  }
};

struct Vault::Opened {
  Contents contents;
  size_t slot;
  VaultKeys keys;
};

absl::StatusOr<Vault::Contents> Vault::Read() const {
  QF_TRY_ASSIGN(const std::string bytes, ReadFile(files_, path_, kVaultBytes));
  if (bytes.size() != kVaultBytes) return Damaged();
  const Bytes checked = Bytes(bytes).substr(0, kVaultBytes - kVaultDigestBytes);
  if (Sha256(checked).bytes() != Bytes(bytes).substr(checked.size())) return Damaged();
  Bytes rest = checked;
  if (rest.substr(0, kVaultMagic.size()) != kVaultMagic) {
    return Error(Reason::REASON_STORE_NEWER, "the vault file has a form that this program does not know");
  }
  rest.remove_prefix(kVaultMagic.size());
  Contents out;
  out.cost.memory_kib = TakeU64(&rest);
  out.cost.passes = TakeU64(&rest);
  if (!Allowed(out.cost)) return Damaged();
  out.failed_tries = TakeU64(&rest);
  out.last_try_us = TakeU64(&rest);
  out.salt = std::string(rest.substr(0, kVaultSaltBytes));
  rest.remove_prefix(kVaultSaltBytes);
  for (Slot& slot : out.slots) {
    slot = std::string(rest.substr(0, kSlotBytes));
    rest.remove_prefix(kSlotBytes);
  }
  return out;
}

absl::Status Vault::Write(const Contents& contents) const {
  std::string bytes = absl::StrCat(kVaultMagic, U64(contents.cost.memory_kib), U64(contents.cost.passes),
                                   U64(contents.failed_tries), U64(contents.last_try_us));
  absl::StrAppend(&bytes, contents.salt, contents.slots[0], contents.slots[1], std::string(kVaultZeroBytes, '\0'));
  absl::StrAppend(&bytes, Sha256(bytes).bytes());
  QF_CHECK(bytes.size() == kVaultBytes);
  return WriteFileAtomically(files_, path_, bytes);
}

absl::Status Vault::Create(absl::string_view pin, const VaultKeys& keys, const VaultCost& cost) {
  QF_CHECK(Allowed(cost));
  QF_TRY(CheckPin(pin));
  QF_TRY_ASSIGN(const bool exists, Exists());
  if (exists) return Error(Reason::REASON_FILE_EXISTS, "there is a vault already");
  Contents contents;
  contents.cost = cost;
  contents.salt = std::string(entropy_.RandomSecret(kVaultSaltBytes).bytes());
  QF_TRY_ASSIGN(const Secret platform, secret_.Create(entropy_));
  QF_TRY_ASSIGN(const Secret key, contents.SlotKey(pin, platform));
  const size_t real = entropy_.Below(kVaultSlots);
  for (size_t i = 0; i < kVaultSlots; ++i) {
    contents.slots[i] = i == real ? SealSlot(entropy_, key, contents.Associated(), keys)
                                  : std::string(entropy_.RandomSecret(kSlotBytes).bytes());
  }
  QF_TRY(Write(contents));
  return secret_.Keep();
}

absl::StatusOr<Vault::Opened> Vault::Try(absl::string_view pin) {
  QF_TRY_ASSIGN(Contents contents, Read());
  QF_TRY_ASSIGN(const Secret platform, secret_.Load());
  const uint64_t now_us = clock_.NowUs();
  if (const uint64_t wait_us = contents.WaitUs(now_us); wait_us > 0) {
    if (now_us < contents.last_try_us) {  // the wait is counted from here, or it would never end
      contents.last_try_us = now_us;
      QF_TRY(Write(contents));
    }
    return Error(Reason::REASON_PIN_WAIT, "too many wrong tries: the next one is allowed later",
                 InMilliseconds(wait_us));
  }
  ++contents.failed_tries;
  contents.last_try_us = now_us;
  QF_TRY(Write(contents));
  QF_TRY_ASSIGN(const Secret key, contents.SlotKey(pin, platform));
  for (size_t i = 0; i < kVaultSlots; ++i) {
    auto keys = OpenSlot(contents.slots[i], key, contents.Associated());
    if (!keys.has_value()) continue;
    contents.failed_tries = 0;
    return Opened{std::move(contents), i, *std::move(keys)};
  }
  return Error(Reason::REASON_PIN_WRONG, "the PIN or passphrase is wrong",
               InMilliseconds(DelayUs(contents.failed_tries)));
}

absl::StatusOr<VaultKeys> Vault::Unlock(absl::string_view pin) {
  QF_TRY_ASSIGN(Opened opened, Try(pin));
  QF_TRY(Write(opened.contents));
  QF_TRY(secret_.Keep());  // if the power went between the two steps of Create
  return std::move(opened.keys);
}

absl::Status Vault::ChangePin(absl::string_view old_pin, absl::string_view new_pin) {
  QF_TRY(CheckPin(new_pin));
  QF_TRY_ASSIGN(Opened opened, Try(old_pin));
  QF_TRY_ASSIGN(const Secret platform, secret_.Load());
  QF_TRY_ASSIGN(const Secret key, opened.contents.SlotKey(new_pin, platform));
  opened.contents.slots[opened.slot] = SealSlot(entropy_, key, opened.contents.Associated(), opened.keys);
  return Write(opened.contents);
}

absl::StatusOr<uint64_t> Vault::NextTryAtUs() const {
  QF_TRY_ASSIGN(const Contents contents, Read());
  const uint64_t now_us = clock_.NowUs();
  const uint64_t wait_us = contents.WaitUs(now_us);
  return wait_us == 0 ? 0 : now_us + wait_us;
}

absl::Status Vault::Destroy() {
  const absl::Status secret_gone = secret_.Destroy();
  const absl::Status vault_gone = EraseFile(files_, path_);
  const absl::Status unfinished_gone = EraseFile(files_, path_ + ".new");
  for (const absl::Status& status : {secret_gone, vault_gone, unfinished_gone}) QF_TRY(status);
  return absl::OkStatus();
}

}  // namespace qf::client
