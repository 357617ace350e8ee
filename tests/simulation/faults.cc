#include "tests/simulation/faults.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "tests/simulation/controls/controls.h"
#include "tests/simulation/workload.h"

namespace qf::sim {
namespace {

constexpr uint64_t kYearUs = 365 * kMicrosPerDay;
constexpr size_t kCopiesMax = 4;

// A cut device starts again; its power may go once more while it recovers.
void RestartDevice(Office& office, Device& device, bool cut_again) {
  SimDisk& disk = device.machine().disk;
  device.CutPower();
  if (cut_again) disk.CutAt(office.chance.Below(12));
  absl::Status started = device.Start();
  if (disk.stopped()) {
    office.Seen("second cuts during a device's recovery");
    device.CutPower();
    started = device.Start();
  }
  disk.CutAt(SimDisk::kForever - disk.changes());
  office.Must(started, "1: " + device.name() + " starts again");
}

// Files or syncs with a disk that may fail meanwhile.
void WorkInTrouble(Office& office, Device& device) {
  office.troubled = &device;
  const bool phone = &device != office.admin && &device != office.manager && &device != office.officer;
  if (phone && office.chance.Below(2) == 0) {
    FileReport(office, device, office.chance.Below(4) == 0);
  } else {
    (void)office.Sync(device);
  }
  office.troubled = nullptr;
}

void SyncSomebody(Office& office, int times) {
  const auto people = office.PeopleInOffice();
  for (int i = 0; i < times; ++i) {
    const absl::Status status = office.Sync(*people[office.chance.Below(people.size())]);
    if (ReasonOf(status) == Reason::REASON_ROLLED_BACK) office.SignRestart();
  }
}

void RestartServerIfBroken(Office& office) {
  if (!office.server.running() || !office.server.server().Broken()) return;
  office.Seen("servers that closed their store and were started again");
  office.server.Kill();
  office.StartServer();
}

}  // namespace

void CutPower(Office& office, Device& device) {
  office.Trace(device.name() + " loses power");
  office.Seen("devices that lost power");
  RestartDevice(office, device, office.chance.Below(3) == 0);
}

void CutDuringWork(Office& office, Device& device) {
  SimDisk& disk = device.machine().disk;
  const uint64_t at = office.chance.Below(40);
  office.Trace(absl::StrCat(device.name(), " will lose power at change ", at));
  disk.CutAt(at);
  WorkInTrouble(office, device);
  if (disk.stopped()) office.Seen("devices that lost power while they worked");
  RestartDevice(office, device, office.chance.Below(3) == 0);
}

void FillDisk(Office& office, Device& device) {
  SimDisk& disk = device.machine().disk;
  office.Trace(device.name() + " has no room");
  disk.SetCapacity(disk.UsedBytes() + office.chance.Below(40'000));
  WorkInTrouble(office, device);
  disk.SetCapacity(SimDisk::kForever);
}

void FailDisk(Office& office, Device& device) {
  SimDisk& disk = device.machine().disk;
  static constexpr DiskOperation kKinds[] = {DiskOperation::kRead, DiskOperation::kWrite, DiskOperation::kSync,
                                             DiskOperation::kName};
  const DiskOperation kind = kKinds[office.chance.Below(4)];
  office.Trace(device.name() + " has a disk that fails");
  const uint64_t skip = office.chance.Below(kind == DiskOperation::kName ? 2 : 30);  // names change seldom
  disk.Fail(kind, skip, 1 + office.chance.Below(3));
  WorkInTrouble(office, device);
  disk.StopFailing();
  // Whatever the person was told, the program is ended and begun again, as after an error of the disk it has to be.
  device.Kill();
  office.Must(device.Start(), "1: " + device.name() + " starts after its disk has failed");
}

void SetClock(Office& office, Device& device) {
  const uint64_t kind = office.chance.Below(4);
  const auto wrong_by = [&](uint64_t bound) {
    return static_cast<int64_t>(office.chance.Below(2 * bound)) - static_cast<int64_t>(bound);
  };
  const int64_t us = kind == 0 ? 0 : kind == 1 ? wrong_by(4 * kMicrosPerMinute) : wrong_by(5 * kYearUs);
  device.machine().clock.SetWrongBy(us);
  office.Trace(
      absl::StrCat("the clock of ", device.name(), " is wrong by ", us / static_cast<int64_t>(kMicrosPerHour), " h"));
  office.Seen(kind < 2 ? "clocks wrong by minutes or right again" : "clocks wrong by years");
}

void CopyPhone(Office& office) {
  Device& phone = *office.phones[office.chance.Below(office.phones.size())];
  if (!office.InOffice(phone) || office.revoked.count(&phone) > 0) return;
  phone.Kill();
  office.phone_copies.push_back({&phone, phone.machine().disk.Snapshot(), office.filed.size(), office.said.size()});
  office.Must(phone.Start(), phone.name() + " starts again");
}

// What it filed since the copy is gone with the newer store, unless it was sent.
void PutPhoneBack(Office& office) {
  if (office.phone_copies.empty()) return;
  const Office::PhoneCopy& copy = office.phone_copies[office.chance.Below(office.phone_copies.size())];
  office.Trace(copy.phone->name() + " is put back to an older copy");
  for (size_t i = copy.filed; i < office.filed.size(); ++i) {
    if (office.filed[i].phone == copy.phone) office.filed[i].gone_with_store = true;
  }
  for (size_t i = copy.said; i < office.said.size(); ++i) {
    Said& said = office.said[i];
    if (said.by_reporter && office.filed[said.filed].phone == copy.phone) said.gone_with_store = true;
  }
  copy.phone->Kill();
  copy.phone->machine().disk.Restore(copy.image);
  office.Must(copy.phone->Start(), copy.phone->name() + " starts from its copy");
  office.Seen("phones that were put back");
}

void KillServer(Office& office) {
  office.Trace("the server dies");
  office.Seen("servers that died");
  if (office.chance.Below(2) == 0) return office.server.Kill();
  office.server.CutPower();
  if (InUse(Control::kAckBeforeCommit)) office.server.machine().disk.Restore(office.before_commit);
  if (office.chance.Below(2) == 0) office.server.machine().disk.CutAt(office.chance.Below(20));
}

void KeepServerDown(Office& office) {
  KillServer(office);
  office.server_down_until_us = office.scheduler.now_us() + office.chance.Below(2 * kMicrosPerDay);
  SyncSomebody(office, 2);
}

void CutServerDuringWork(Office& office) {
  const uint64_t at = office.chance.Below(60);
  office.Trace(absl::StrCat("the server will lose power at change ", at));
  office.server.machine().disk.CutAt(at);
  SyncSomebody(office, 2);
  if (office.server.machine().disk.stopped()) office.Seen("servers that lost power while they worked");
  KillServer(office);
}

void FillServerDisk(Office& office) {
  SimDisk& disk = office.server.machine().disk;
  office.Trace("the server has no room");
  disk.SetCapacity(disk.UsedBytes() + office.chance.Below(60'000));
  SyncSomebody(office, 2);
  disk.SetCapacity(SimDisk::kForever);
  RestartServerIfBroken(office);
}

void FailServerDisk(Office& office) {
  SimDisk& disk = office.server.machine().disk;
  office.Trace("the server has a disk that fails");
  const auto kind = office.chance.Below(2) == 0 ? DiskOperation::kSync : DiskOperation::kWrite;
  disk.Fail(kind, office.chance.Below(20), 1 + office.chance.Below(2));
  SyncSomebody(office, 2);
  disk.StopFailing();
  RestartServerIfBroken(office);
}

void CopyServer(Office& office) {
  if (office.server_copies.size() < kCopiesMax) office.server_copies.push_back(office.server.Copy());
}

void PutServerBack(Office& office) {
  if (office.server_copies.empty()) return;
  const size_t which = office.chance.Below(office.server_copies.size());
  office.Trace("the server is put back to an older copy");
  office.server.PutBack(office.server_copies[which]);
  office.Seen("servers that were put back");
  office.restart_due = true;
  office.shut_out.clear();
  // What only this server held is gone: whoever filed it had delivered it and erased the own store.
  for (Filed& filed : office.filed) filed.gone_with_store |= !office.InOffice(*filed.phone);
  office.StartServer();
  office.SignRestart();
}

void StartWhatStopped(Office& office) {
  if (office.server.running() && office.server.machine().disk.stopped()) office.server.CutPower();
  if (office.scheduler.now_us() >= office.server_down_until_us) office.StartServer();
}

void BeginNetworkFaults(Office& office) {
  if (!office.options.bad_network) return;
  office.network.SetFaults({.refused = 40, .request_lost = 40, .reply_lost = 80, .delivered_again = 30, .stalled = 5});
  const uint32_t often = InUse(Control::kReceiptUnchecked) ? 8 : 1;  // few lies are about a receipt
  office.network.meddler().SetRates({.answers = 12 * often, .requests = 12, .forgeries = 8});
}

void EndFaults(Office& office) {
  office.network.SetFaults({});
  office.network.meddler().SetRates({});
  office.server_down_until_us = 0;
  SimDisk& disk = office.server.machine().disk;
  disk.CutAt(SimDisk::kForever - disk.changes());
  StartWhatStopped(office);
  for (const auto& device : office.devices) device->machine().clock.SetWrongBy(0);
}

}  // namespace qf::sim
