// The power goes during every change of the disk that a real client or a real server makes while they sync, begin a new
// term and refill the server, or drain and erase a revoked phone; at some points once more while they recover. After
// that everything that was confirmed is there. Filing, enrolling, changing a PIN and erasing by hand are cut in the
// tests of client-core, where no server is needed; a push and an upload in tests/unit/server/crash_test.cc.
#include <gmock/gmock.h>

#include "absl/functional/function_ref.h"
#include "common/base/error.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/workload.h"

namespace qf::sim {
namespace {

using testing::IsEmpty;

constexpr uint64_t kRecoveryChanges = 12;
constexpr uint64_t kCutAgainEvery = 3;

class CrashPoints : public testing::Test {
 protected:
  CrashPoints() { office_.Found(); }

  Device& phone() { return *office_.phones[0]; }
  SimDisk& server_disk() { return office_.server.machine().disk; }
  void SyncAll() {
    for (Device* device : office_.PeopleInOffice()) (void)office_.Sync(*device);
  }

  // One run from the same beginning for each change of `disk` that `act` makes. Gives their number.
  uint64_t CutEverywhere(Device* device, absl::FunctionRef<void()> act) {
    Save();
    SimDisk& disk = device != nullptr ? device->machine().disk : server_disk();
    for (uint64_t cut = 0;; ++cut) {
      SCOPED_TRACE(cut);
      PutBack();
      disk.CutAt(cut);
      office_.troubled = device;
      act();
      office_.troubled = nullptr;
      const bool was_cut = disk.stopped();
      Recover(device, cut);
      for (int round = 0; round < rounds_; ++round) {
        SyncAll();
        if (office_.restart_due) office_.SignRestart();
      }
      Check(office_);
      EXPECT_THAT(office_.result.violations, IsEmpty());
      if (!was_cut || HasFailure()) return cut;
    }
  }

 private:
  void Save() {
    for (const auto& device : office_.devices) saved_.push_back(device->machine().disk.Snapshot());
    saved_server_ = server_disk().Snapshot();
    saved_filed_ = office_.filed;
    saved_restart_due_ = office_.restart_due;
  }
  void PutBack() {
    for (size_t i = 0; i < saved_.size(); ++i) {
      Device& device = *office_.devices[i];
      device.Kill();
      device.machine().disk.Restore(saved_[i]);
      ASSERT_EQ(device.Start(), absl::OkStatus());
    }
    office_.server.Kill();
    server_disk().Restore(saved_server_);
    office_.StartServer();
    office_.filed = saved_filed_;
    office_.restart_due = saved_restart_due_;
    office_.left.clear();
  }
  void Recover(Device* device, uint64_t cut) {
    SimDisk& disk = device != nullptr ? device->machine().disk : server_disk();
    const bool again = cut % kCutAgainEvery == 0;
    const auto start = [&] {
      if (device == nullptr) return office_.server.Start();
      return device->Start();
    };
    const auto cut_power = [&] { device != nullptr ? device->CutPower() : office_.server.CutPower(); };
    cut_power();
    if (again) disk.CutAt(cut / kCutAgainEvery % kRecoveryChanges);
    absl::Status started = start();
    if (disk.stopped()) {
      cut_power();
      started = start();
    }
    disk.CutAt(SimDisk::kForever - disk.changes());
    EXPECT_EQ(started, absl::OkStatus());
  }

 protected:
  Office office_{CampaignOptions()};
  int rounds_ = 2;  // of everybody's sync, until everything has settled

 private:
  std::vector<SimDisk::Image> saved_;
  SimDisk::Image saved_server_;
  std::vector<Filed> saved_filed_;
  bool saved_restart_due_ = false;
};

TEST_F(CrashPoints, OfAPhoneThatSyncs) {
  FileReport(office_, phone(), false);
  FileReport(office_, phone(), true);
  EXPECT_GT(CutEverywhere(&phone(), [&] { (void)office_.Sync(phone()); }), 30u);
}

TEST_F(CrashPoints, OfADeskThatSyncs) {
  FileReport(office_, phone(), false);
  (void)office_.Sync(phone());
  EXPECT_GT(CutEverywhere(office_.manager, [&] { (void)office_.Sync(*office_.manager); }), 10u);
}

TEST_F(CrashPoints, OfAServerThatIsSyncedWith) {
  FileReport(office_, phone(), false);
  FileReport(office_, *office_.phones[1], false);
  EXPECT_GT(CutEverywhere(nullptr, [&] { SyncAll(); }), 20u);
}

// A server that was put back, with reports that only their phone and the desks still hold.
class CrashPointsOfARestore : public CrashPoints {
 protected:
  CrashPointsOfARestore() {
    rounds_ = 4;  // sign, adopt, offer again, read
    CopyServer(office_);
    FileReport(office_, phone(), false);
    FileReport(office_, phone(), true);
    SyncAll();
    office_.server.PutBack(office_.server_copies[0]);
    office_.restart_due = true;
    office_.StartServer();
  }
};

TEST_F(CrashPointsOfARestore, OfTheAdministratorWhoSigns) {
  EXPECT_GT(CutEverywhere(office_.admin,
                          [&] {
                            office_.SignRestart();
                            SyncAll();
                          }),
            20u);
}

TEST_F(CrashPointsOfARestore, OfAPhoneThatRefills) {
  office_.SignRestart();
  EXPECT_GT(CutEverywhere(&phone(), [&] { (void)office_.Sync(phone()); }), 20u);
}

TEST_F(CrashPointsOfARestore, OfTheServerThatIsRefilled) {
  EXPECT_GT(CutEverywhere(nullptr,
                          [&] {
                            (void)office_.Sync(*office_.admin);
                            office_.SignRestart();
                            SyncAll();
                          }),
            40u);
}

TEST_F(CrashPoints, OfARevokedPhoneThatErasesItself) {
  Revoke(office_, phone());
  ASSERT_EQ(office_.revoked.count(&phone()), 1u);
  EXPECT_GT(CutEverywhere(&phone(), [&] { (void)office_.Sync(phone()); }), 20u);
}

}  // namespace
}  // namespace qf::sim
