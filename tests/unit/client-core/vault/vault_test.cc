#include "client-core/vault/vault.h"

#include <gtest/gtest.h>

#include <set>

#include "client-core/vault/format.h"
#include "common/base/sha256.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::client {
namespace {

constexpr char kPin[] = "271828";
constexpr char kOther[] = "605937";
constexpr char kPath[] = "store/vault";
constexpr char kSecretPath[] = "store.secret";

VaultKeys KeysOf(char letter) {
  return {Secret(std::string(32, letter)), Secret(std::string(32, letter + 1)), Secret(std::string(32, letter + 2))};
}

// One device with an empty disk.
struct Device {
  explicit Device(uint64_t seed = 1) : entropy(seed), disk(seed, clock, entropy) { Start(); }
  // What a program does when it starts.
  void Start() {
    EXPECT_OK(disk.MakeDir("store"));
    secret = NewFileSecret(disk, kSecretPath);
    vault = std::make_unique<Vault>(disk, entropy, clock, kPath, *secret);
  }
  absl::Status Create() { return vault->Create(kPin, KeysOf('k'), kTestCost); }
  // Tries until the PIN is taken or refused, sitting out the waits.
  absl::StatusOr<VaultKeys> Unlock(absl::string_view pin) {
    auto keys = vault->Unlock(pin);
    if (ReasonOf(keys.status()) != Reason::REASON_PIN_WAIT) return keys;
    clock.Advance(RetryAfterMs(keys.status()) * 1000);
    return vault->Unlock(pin);
  }
  std::string File() { return *ReadFile(disk, kPath, 4096); }
  void SetFile(const std::string& bytes) { ASSERT_OK(WriteFileAtomically(disk, kPath, bytes)); }

  ManualClock clock;
  SeededEntropy entropy;
  sim::SimDisk disk;
  std::unique_ptr<PlatformSecret> secret;
  std::unique_ptr<Vault> vault;
};

MATCHER(AreKeysK, "are the keys that were kept") {
  const VaultKeys expected = KeysOf('k');
  return StatusOf(arg).ok() && arg->store_key.bytes() == expected.store_key.bytes() &&
         arg->signing_seed.bytes() == expected.signing_seed.bytes() &&
         arg->sealing_secret.bytes() == expected.sealing_secret.bytes();
}

TEST(Vault, GivesBackItsKeys) {
  Device device;
  ASSERT_OK(device.Create());
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
  device.Start();
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

TEST(Vault, OpensWithTheCostOfTheCommandLine) {
  Device device;
  ASSERT_OK(device.vault->Create(kPin, KeysOf('k'), kFileSecretCost));
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

TEST(Vault, IsMadeOnce) {
  Device device;
  ASSERT_OK(device.Create());
  EXPECT_THAT(device.Create(), Fails(Reason::REASON_FILE_EXISTS));
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

TEST(Vault, AWeakPinMakesNothing) {
  Device device;
  EXPECT_THAT(device.vault->Create("123456", KeysOf('k'), kTestCost), Fails(Reason::REASON_PIN_WEAK));
  EXPECT_FALSE(*device.vault->Exists());
  EXPECT_FALSE(*device.disk.Exists(kSecretPath));
}

TEST(Vault, DoesNotTakeTheSecretOfAnotherStore) {
  Device device;
  ASSERT_OK(device.Create());
  Vault second(device.disk, device.entropy, device.clock, "store/second", *device.secret);
  EXPECT_THAT(second.Create(kPin, KeysOf('x'), kTestCost), Fails(Reason::REASON_FILE_EXISTS));
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

TEST(Vault, NeedsThePlatformSecret) {
  Device device, other(2);
  ASSERT_OK(device.Create());
  ASSERT_OK(other.Create());
  ASSERT_OK(WriteFileAtomically(device.disk, kSecretPath, *ReadFile(other.disk, kSecretPath, 64)));
  EXPECT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_PIN_WRONG));
  ASSERT_OK(device.disk.Remove(kSecretPath));
  EXPECT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_KEY_FILE));
  ASSERT_OK(WriteFileAtomically(device.disk, kSecretPath, "short"));
  EXPECT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_KEY_FILE));
  ASSERT_OK(WriteFileAtomically(device.disk, kSecretPath, std::string(100, 'x')));
  EXPECT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_KEY_FILE));
}

TEST(Vault, TheWaitGrowsWithEachWrongTry) {
  Device device;
  ASSERT_OK(device.Create());
  for (size_t tries = 1; tries < 12; ++tries) {
    const auto refused = device.Unlock(kOther);
    EXPECT_THAT(refused, Fails(Reason::REASON_PIN_WRONG));
    const uint64_t wait_s = kTryDelaySeconds[std::min<size_t>(tries, std::size(kTryDelaySeconds) - 1)];
    EXPECT_EQ(RetryAfterMs(refused.status()), wait_s * 1000);
    EXPECT_EQ(*device.vault->NextTryAtUs(), wait_s == 0 ? 0 : device.clock.now_us + wait_s * kMicrosPerSecond);
  }
}

TEST(Vault, WaitsEvenForTheRightPin) {
  Device device;
  ASSERT_OK(device.Create());
  for (int i = 0; i < 3; ++i) EXPECT_THAT(device.vault->Unlock(kOther), Fails(Reason::REASON_PIN_WRONG));
  device.clock.Advance(5 * kMicrosPerSecond - 1);
  const auto early = device.vault->Unlock(kPin);
  EXPECT_THAT(early, Fails(Reason::REASON_PIN_WAIT));
  EXPECT_EQ(RetryAfterMs(early.status()), 1u);
  device.clock.Advance(1);
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

TEST(Vault, AGoodTryForgetsTheBadOnes) {
  Device device;
  ASSERT_OK(device.Create());
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2; ++i) EXPECT_THAT(device.vault->Unlock(kOther), Fails(Reason::REASON_PIN_WRONG));
    EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
  }
}

TEST(Vault, AClockSetBackMakesNobodyWaitLongerThanOneDelay) {
  Device device;
  ASSERT_OK(device.Create());
  device.clock.now_us += 400 * kMicrosPerDay;  // a wrong clock …
  for (int i = 0; i < 3; ++i) EXPECT_THAT(device.vault->Unlock(kOther), Fails(Reason::REASON_PIN_WRONG));
  device.clock.now_us -= 400 * kMicrosPerDay;  // … put right
  const auto refused = device.vault->Unlock(kPin);
  EXPECT_THAT(refused, Fails(Reason::REASON_PIN_WAIT));
  EXPECT_EQ(RetryAfterMs(refused.status()), 5000u);
  device.clock.Advance(5 * kMicrosPerSecond);
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

TEST(Vault, ANewPinReplacesTheOldOne) {
  Device device;
  ASSERT_OK(device.Create());
  ASSERT_OK(device.vault->ChangePin(kPin, kOther));
  EXPECT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_PIN_WRONG));
  EXPECT_THAT(device.vault->Unlock(kOther), AreKeysK());
}

TEST(Vault, ANewPinNeedsTheOldOneAndHasToBeGood) {
  Device device;
  ASSERT_OK(device.Create());
  EXPECT_THAT(device.vault->ChangePin(kOther, "838299"), Fails(Reason::REASON_PIN_WRONG));
  const std::string before = device.File();
  EXPECT_THAT(device.vault->ChangePin(kPin, "000000"), Fails(Reason::REASON_PIN_WEAK));
  EXPECT_EQ(device.File(), before);  // no try was counted
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

TEST(Vault, ANewPinLeavesTheOtherSlotAsItWas) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    Device device(seed);
    ASSERT_OK(device.Create());
    const std::string before = device.File();
    ASSERT_OK(device.vault->ChangePin(kPin, kOther));
    const std::string after = device.File();
    const auto changed = [&](size_t slot) {
      const size_t at = kVaultHeaderBytes + slot * kSlotBytes;
      return before.substr(at, kSlotBytes) != after.substr(at, kSlotBytes);
    };
    EXPECT_NE(changed(0), changed(1));
  }
}

TEST(Vault, EitherSlotIsTheRealOne) {
  std::set<size_t> real;
  for (uint64_t seed = 1; seed <= 16; ++seed) {
    Device device(seed);
    ASSERT_OK(device.Create());
    const std::string whole = device.File();
    for (size_t slot = 0; slot < kVaultSlots; ++slot) {
      std::string broken = whole.substr(0, kVaultBytes - kVaultDigestBytes);
      broken[kVaultHeaderBytes + slot * kSlotBytes] ^= 1;
      device.SetFile(broken + Sha256(broken).str());
      if (!device.vault->Unlock(kPin).ok()) real.insert(slot);
    }
  }
  EXPECT_EQ(real, (std::set<size_t>{0, 1}));
}

TEST(Vault, EveryFlippedBitIsNoticed) {
  Device device;
  ASSERT_OK(device.Create());
  const std::string whole = device.File();
  ASSERT_EQ(whole.size(), kVaultBytes);
  for (size_t bit = 0; bit < kVaultBytes * 8; bit += 3) {
    std::string broken = whole;
    broken[bit / 8] ^= static_cast<char>(1 << bit % 8);
    device.SetFile(broken);
    ASSERT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_STORE_DAMAGED)) << bit;
  }
  device.SetFile(whole.substr(0, 511));
  EXPECT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_STORE_DAMAGED));
}

TEST(Vault, AForgedHeaderCannotBendIt) {
  Device device;
  ASSERT_OK(device.Create());
  const std::string whole = device.File().substr(0, kVaultBytes - kVaultDigestBytes);
  const auto with = [&](size_t at, const std::string& bytes) {
    std::string out = whole;
    out.replace(at, bytes.size(), bytes);
    device.SetFile(out + Sha256(out).str());
    return device.vault->Unlock(kPin);
  };
  EXPECT_THAT(with(0, "QFVAULT2"), Fails(Reason::REASON_STORE_NEWER));
  EXPECT_THAT(with(8, U64(1ull << 40)), Fails(Reason::REASON_STORE_DAMAGED));  // would exhaust memory
  EXPECT_THAT(with(8, U64(0)), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(with(16, U64(17)), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(with(16, U64(2)), Fails(Reason::REASON_PIN_WRONG));  // another cost is another key
  EXPECT_THAT(with(32, U64(UINT64_MAX)), AreKeysK());              // a moment far away, no tries: no wait
  EXPECT_THAT(with(24, U64(UINT64_MAX) + U64(device.clock.now_us)), Fails(Reason::REASON_PIN_WAIT));
}

TEST(Vault, NothingOfItsKeysIsOnTheDisk) {
  Device device;
  ASSERT_OK(device.Create());
  ASSERT_OK(device.vault->ChangePin(kPin, kOther));
  for (const char letter : {'k', 'l', 'm'}) EXPECT_TRUE(device.disk.Scan(std::string(16, letter)).empty());
  EXPECT_TRUE(device.disk.Scan(kPin).empty());
  EXPECT_TRUE(device.disk.Scan(kOther).empty());
}

TEST(Vault, DestroyLeavesNothing) {
  Device device;
  ASSERT_OK(device.Create());
  const std::string slots = device.File().substr(kVaultHeaderBytes, 32);
  const std::string secret = *ReadFile(device.disk, kSecretPath, 64);
  device.disk.Scan("");  // forgets what was replaced so far
  ASSERT_OK(device.vault->Destroy());
  EXPECT_FALSE(*device.vault->Exists());
  EXPECT_TRUE(device.disk.Scan(secret).empty());
  EXPECT_TRUE(device.disk.Scan(slots).empty());
  EXPECT_OK(device.vault->Destroy());
  EXPECT_OK(device.Create());
}

TEST(Vault, AFullDiskTakesNothingAway) {
  Device device;
  ASSERT_OK(device.Create());
  device.disk.SetCapacity(device.disk.UsedBytes() + 100);
  EXPECT_THAT(device.vault->Unlock(kPin), Fails(Reason::REASON_DISK_FULL));
  device.disk.SetCapacity(sim::SimDisk::kForever);
  EXPECT_THAT(device.vault->Unlock(kPin), AreKeysK());
}

// Runs `work` with the power cut at each change of the disk, and `check` after each restart.
template <class Prepare, class Work, class Check>
int AtEveryCut(Prepare prepare, Work work, Check check) {
  int cuts = 0;
  for (uint64_t cut = 0;; ++cut) {
    Device device(cut + 1);
    prepare(device);
    const uint64_t before = device.disk.changes();
    device.disk.CutAt(cut);
    work(device);
    const bool was_cut = device.disk.changes() - before > cut;
    device.disk.CutAt(sim::SimDisk::kForever - device.disk.changes());
    if (device.disk.stopped()) device.disk.PowerOn();
    device.Start();
    check(device, was_cut);
    if (!was_cut) return cuts;
    ++cuts;
  }
}

TEST(VaultCrash, CreationLeavesNothingOrAWholeVault) {
  const int cuts = AtEveryCut([](Device&) {}, [](Device& device) { device.Create().IgnoreError(); },
                              [](Device& device, bool) {
                                if (*device.vault->Exists()) {
                                  ASSERT_THAT(device.vault->Unlock(kPin), AreKeysK());
                                  ASSERT_THAT(device.Create(), Fails(Reason::REASON_FILE_EXISTS));
                                  ASSERT_TRUE(*device.disk.Exists(kSecretPath));
                                } else {
                                  ASSERT_OK(device.Create());  // nothing is in its way
                                  ASSERT_THAT(device.vault->Unlock(kPin), AreKeysK());
                                }
                              });
  EXPECT_GT(cuts, 8);
}

TEST(VaultCrash, ANewPinIsOldOrNew) {
  int new_ones = 0;
  AtEveryCut([](Device& device) { ASSERT_OK(device.Create()); },
             [](Device& device) { device.vault->ChangePin(kPin, kOther).IgnoreError(); },
             [&](Device& device, bool) {
               const bool is_old = device.Unlock(kPin).ok();
               const bool is_new = device.Unlock(kOther).ok();
               ASSERT_NE(is_old, is_new);
               new_ones += is_new;
             });
  EXPECT_GT(new_ones, 0);
}

TEST(VaultCrash, WhoeverHeardThatAPinIsWrongHasSpentATry) {
  bool heard = false;
  int heard_nothing = 0;
  AtEveryCut(
      [](Device& device) {
        ASSERT_OK(device.Create());
        for (int i = 0; i < 2; ++i) ASSERT_THAT(device.vault->Unlock(kOther), Fails(Reason::REASON_PIN_WRONG));
      },
      [&](Device& device) {
        heard = ReasonOf(device.vault->Unlock(kOther).status()) == Reason::REASON_PIN_WRONG;
        heard_nothing += !heard;
        if (heard) device.disk.Cut();  // the plug is pulled as soon as the answer is on the screen
      },
      [&](Device& device, bool) {
        const auto next = device.vault->Unlock(kPin);
        if (heard) {
          ASSERT_THAT(next, Fails(Reason::REASON_PIN_WAIT));  // the third wrong try costs five seconds
        } else {
          ASSERT_TRUE(next.ok() || ReasonOf(next.status()) == Reason::REASON_PIN_WAIT);
        }
      });
  EXPECT_GT(heard_nothing, 3);
}

TEST(VaultCrash, AnErasureThatBeganLeavesNoKeys) {
  AtEveryCut([](Device& device) { ASSERT_OK(device.Create()); },
             [](Device& device) { device.vault->Destroy().IgnoreError(); },
             [](Device& device, bool was_cut) {
               ASSERT_TRUE(was_cut || !*device.vault->Exists());
               ASSERT_OK(device.vault->Destroy());  // as Open does when it finds an erasure begun
               ASSERT_FALSE(*device.vault->Exists());
               ASSERT_FALSE(*device.disk.Exists(kSecretPath));
             });
}

}  // namespace
}  // namespace qf::client
