// Short stories that seeds of the simulator have found, so that they are told in every run whatever the seeds become.
#include <gmock/gmock.h>

#include "client-core/desk/certify.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/log/checkpoint.h"
#include "qingfeng/server/v1/blob.pb.h"
#include "server/store/settings.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/workload.h"

namespace qf::sim {
namespace {

using testing::IsEmpty;

class Scenario : public testing::Test {
 protected:
  Scenario() { office_.Found(); }
  ~Scenario() override {
    EndFaults(office_);
    office_.Settle();
    Check(office_);
    EXPECT_THAT(office_.result.violations, IsEmpty());
  }
  void SyncAll() {
    for (Device* device : office_.PeopleInOffice()) (void)office_.Sync(*device);
  }
  clientpb::Session SessionOf(Device& device) {
    return device.Call<clientpb::GetSessionResponse>("VaultService/GetSession", clientpb::GetSessionRequest())
        ->session();
  }
  std::string KeyOf(Device& device) { return SessionOf(device).device_key(); }
  clientpb::GetSyncStatusResponse StatusOf(Device& device) {
    return *device.Call<clientpb::GetSyncStatusResponse>("FieldService/GetSyncStatus",
                                                         clientpb::GetSyncStatusRequest());
  }
  uint32_t EvidenceOf(Device& device) { return StatusOf(device).evidence(); }
  std::shared_ptr<KeepingOutlet> Watch(Device& device) {
    clientpb::SyncRequest request;
    request.set_watch(true);
    auto watch = device.Begin("FieldService/Sync", request);
    office_.scheduler.RunFor(kMicrosPerMinute);
    return watch;
  }
  void StopWatch(KeepingOutlet& watch) {
    watch.Cancel();
    office_.scheduler.RunFor(kMicrosPerMinute);
    EXPECT_TRUE(watch.status().has_value());
  }
  void SendFiles(Device& device, bool when_asked) {
    clientpb::SetFileSendingRequest request;
    request.set_when_asked(when_asked);
    office_.Must(device.Call<clientpb::SetFileSendingResponse>("FieldService/SetFileSending", request).status(),
                 "files go when asked, or by themselves");
  }
  // How apps of phones ask for records alone.
  static std::vector<clientpb::SyncRequest> InTheBackground() {
    std::vector<clientpb::SyncRequest> requests(2);
    requests[0].set_skip_files(true);  // mobile-bindings/android, SyncWorker
    requests[1].set_once(true);
    return requests;
  }
  void SetTownships(const std::vector<std::string>& names) {
    clientpb::SetTownshipsRequest request;
    for (const std::string& name : names) request.add_townships()->set_name(name);
    office_.Must(office_.admin->Call<clientpb::SetTownshipsResponse>("DeskService/SetTownships", request).status(),
                 "sets the townships");
  }
  std::vector<std::string> TownshipsOf(Device& device) {
    std::vector<std::string> names;
    const auto listed =
        device.Call<clientpb::ListTownshipsResponse>("FieldService/ListTownships", clientpb::ListTownshipsRequest());
    for (const auto& township : listed->townships()) names.push_back(township.name());
    return names;
  }
  // Of the reports that a desk's register shows.
  std::vector<std::string> Titles(Device& desk) {
    std::vector<std::string> titles;
    const auto listed =
        desk.Call<clientpb::ListArrivalsResponse>("DeskService/ListArrivals", clientpb::ListArrivalsRequest());
    for (const auto& arrival : listed->arrivals()) titles.push_back(arrival.report().title());
    return titles;
  }
  // Another administrator, certified by the root.
  Device& SecondAdministrator() {
    Device& second = *office_.Enrol("second administrator", recordpb::ROLE_ADMINISTRATOR);
    clientpb::CertifyAdministratorRequest certify;
    certify.set_device_key(KeyOf(second));
    certify.add_recovery_shares(office_.recovery_shares[0]);
    certify.add_recovery_shares(office_.recovery_shares[2]);
    office_.Must(
        office_.admin->Call<clientpb::CertifyAdministratorResponse>("DeskService/CertifyAdministrator", certify)
            .status(),
        "the root certifies");
    SyncAll();
    return second;
  }

  Office office_{CampaignOptions()};
};

// A page keeps a Sync going that watches. Who pressed "Sync now" beside it was never answered.
TEST_F(Scenario, WhoeverSyncsBesideAWatchIsAnswered) {
  Device& phone = *office_.phones[0];
  const auto watch = Watch(phone);
  FileReport(office_, phone, true);
  office_.Must(office_.Sync(phone), "syncs beside the watch");
  EXPECT_EQ(StatusOf(phone).records_left() + StatusOf(phone).file_bytes_left(), 0u);
  phone.online = false;
  EXPECT_EQ(ReasonOf(office_.Sync(phone)), Reason::REASON_UNREACHABLE);
  phone.online = true;
  EXPECT_EQ(watch->status(), std::nullopt);  // it tries again
  StopWatch(*watch);
}

// The call that compares what a desk has attested stood before the next push: a network that swallowed it held up for a
// minute whatever was filed.
TEST_F(Scenario, NothingThatIsFiledWaitsForWhatADeskHasAttested) {
  Device& phone = *office_.phones[0];
  FileReport(office_, phone, false);
  SyncAll();
  office_.scheduler.RunFor(2 * kMicrosPerHour);
  (void)office_.Sync(*office_.phones[1]);
  for (Device* desk : {office_.manager, office_.officer, office_.admin}) (void)office_.Sync(*desk);
  NetworkFaults faults;
  faults.stalled_method = "qingfeng.server.v1.LogService/CheckConsistency";
  office_.network.SetFaults(faults);
  clientpb::SyncRequest request;
  request.set_watch(true);
  const auto watch = phone.Begin("FieldService/Sync", request);
  office_.scheduler.RunFor(kMicrosPerSecond);
  EXPECT_GT(office_.network.count(NetworkEvent::kStalled), 0u) << "a desk has attested, and the phone compares";
  FileReport(office_, phone, false);
  office_.scheduler.RunFor(3 * kMicrosPerSecond);
  EXPECT_EQ(StatusOf(phone).records_left(), 0u);
  office_.network.SetFaults({});
  StopWatch(*watch);
}

TEST_F(Scenario, FilesWaitUntilSomebodyAsks) {
  Device& phone = *office_.phones[0];
  SendFiles(phone, true);
  const auto watch = Watch(phone);
  FileReport(office_, phone, true);
  office_.scheduler.RunFor(kMicrosPerHour);
  EXPECT_EQ(StatusOf(phone).records_left(), 0u);
  EXPECT_GT(StatusOf(phone).file_bytes_left(), 0u);
  for (const clientpb::SyncRequest& request : InTheBackground()) {
    office_.Must(phone.Call<clientpb::SyncResponse>("FieldService/Sync", request).status(), "a phone's app by itself");
    office_.scheduler.RunFor(kMicrosPerHour);
    EXPECT_GT(StatusOf(phone).file_bytes_left(), 0u) << request.ShortDebugString();
  }
  office_.Must(office_.Sync(phone), "somebody asks");
  EXPECT_EQ(StatusOf(phone).file_bytes_left(), 0u);

  FileReport(office_, phone, true);
  office_.scheduler.RunFor(kMicrosPerHour);
  EXPECT_GT(StatusOf(phone).file_bytes_left(), 0u);  // having asked once does not last
  SendFiles(phone, false);
  office_.scheduler.RunFor(kMicrosPerHour);
  EXPECT_EQ(StatusOf(phone).file_bytes_left(), 0u);
  StopWatch(*watch);
}

// The OFFICE record that a restored server has lost is offered again, and beats the older one that it still had.
TEST_F(Scenario, WhatTheOfficeSaysOfItselfOutlivesARestart) {
  SetTownships({"A"});
  SyncAll();
  CopyServer(office_);
  SetTownships({"A", "B"});
  SyncAll();
  PutServerBack(office_);
  Device& phone = *office_.phones[1];
  (void)office_.Sync(phone);
  EXPECT_THAT(TownshipsOf(phone), testing::ElementsAre("A", "B"));
  EXPECT_THAT(TownshipsOf(*office_.admin), testing::ElementsAre("A", "B"));
  SyncAll();
  EXPECT_THAT(TownshipsOf(phone), testing::ElementsAre("A", "B"));
}

// Its administrator had not synced since, and signed a term below the one that a phone had met: a third restart was
// due.
TEST_F(Scenario, AServerThatIsPutBackTwiceNeedsTwoTerms) {
  for (int i = 0; i < 4; ++i) {
    CopyServer(office_);
    PutServerBack(office_);
    office_.Must(office_.Sync(*office_.phones[0]), "a phone meets the term");
  }
}

// A revoked phone may not ask for proofs of consistency, and could not adopt the new term: it never drained.
TEST_F(Scenario, ARevokedPhoneDrainsIntoANewTerm) {
  CopyServer(office_);
  Revoke(office_, *office_.phones[0]);
  PutServerBack(office_);
  SyncAll();
}

// What came too late to be taken was refused, and the phone erased the only copy.
TEST_F(Scenario, ARevokedPhoneKeepsWhatWasRefused) {
  Revoke(office_, *office_.phones[0]);
  office_.scheduler.RunFor(limits::kDrainUs + kMicrosPerDay);
  SyncAll();
  EXPECT_EQ(office_.result.counts["revoked phones that erased themselves"], 0u);
}

// A phone put back has records behind one that it does not hold any more; a server put back has lost that one, and no
// desk had read it. What is behind it has no way into its old stream.
TEST_F(Scenario, WhatStandsBehindALostRecordIsPlacedAnewOnceTheRefillHasEnded) {
  Device& phone = *office_.phones[0];
  FileReport(office_, phone, false);
  (void)office_.Sync(phone);
  SyncAll();
  CopyServer(office_);
  phone.Kill();
  office_.phone_copies.push_back({&phone, phone.machine().disk.Snapshot(), office_.filed.size(), office_.said.size()});
  office_.Must(phone.Start(), "starts again");
  FileReport(office_, phone, false);
  (void)office_.Sync(phone);
  PutPhoneBack(office_);
  for (int i = 0; i < 3; ++i) FileReport(office_, phone, i == 2);  // the first meets the lost one, the others do not
  (void)office_.Sync(phone);
  PutServerBack(office_);
  (void)office_.Sync(phone);
}

// Whoever holds the log's key can sign another log for one device: its proofs are not of what was acknowledged, and not
// of what the device has seen before.
TEST_F(Scenario, AServerThatSignsAnotherLogIsNoticed) {
  const auto seed = office_.server.server().database().Read(
      [](sql::ReadTxn& tx) { return server::FindSetting(tx, server::Setting::kLogKey); });
  const auto log_key = record::Signer::FromSeed(**seed);
  ASSERT_TRUE(log_key.ok());
  const auto another = [&](const std::string& note) {
    auto checkpoint = *log::ParseUnverified(note);
    checkpoint.root = *Digest::From(std::string(Digest::kSize, 'r'));
    return log::FormatCheckpoint(checkpoint, *log_key);
  };
  office_.network.meddler().SetLie([&](const std::string&, std::string* answer) {
    serverpb::ExchangeResponse response;
    if (!response.ParseFromString(*answer)) return;
    if (response.proofs().checkpoint().empty()) return;
    response.mutable_proofs()->set_checkpoint(another(response.proofs().checkpoint()));
    *answer = response.SerializeAsString();
  });
  FileReport(office_, *office_.phones[0], false);
  for (Device* device : {office_.phones[0], office_.manager}) {
    EXPECT_EQ(ReasonOf(office_.Sync(*device)), Reason::REASON_FORK) << device->name();
    EXPECT_GT(EvidenceOf(*device), 0u) << device->name();
  }
  office_.network.meddler().SetLie(nullptr);
}

TEST_F(Scenario, AFileThatIsAlteredOnItsWayToADeskIsNotShown) {
  FileReport(office_, *office_.phones[0], true);
  office_.Settle();
  office_.network.meddler().SetLie([](const std::string& method, std::string* answer) {
    if (method != "qingfeng.server.v1.BlobService/Read") return;
    serverpb::ReadResponse read;
    if (!read.ParseFromString(*answer) || read.data().empty()) return;
    std::string& data = *read.mutable_data();
    data[data.size() / 2] = static_cast<char>(data[data.size() / 2] ^ 1);
    *answer = read.SerializeAsString();
  });
  Check(office_);
  EXPECT_FALSE(office_.result.violations.empty());  // it cannot be read
  for (const std::string& what : office_.result.violations) EXPECT_THAT(what, testing::HasSubstr("the file of"));
  office_.result.violations.clear();
  office_.network.meddler().SetLie(nullptr);  // and can be, once the right bytes come
}

// One administrator's ERASE lets a phone drain: this one hears of it, but its network always ends when it begins to
// send its file. The second administrator's approval does not wait for that.
TEST_F(Scenario, TwoAdministratorsEraseAPhoneThatHasNotSentEverythingAndOneDoesNot) {
  Device& second = SecondAdministrator();
  Device& phone = *office_.phones[0];
  FileReport(office_, phone, false);
  FileReport(office_, phone, true);
  clientpb::RevokeDeviceRequest erase;
  erase.set_device_key(KeyOf(phone));
  erase.set_mode(recordpb::REVOKE_MODE_ERASE);
  office_.Must(office_.admin->Call<clientpb::RevokeDeviceResponse>("DeskService/RevokeDevice", erase).status(),
               "erase");
  office_.revoked.emplace(&phone, office_.scheduler.now_us());
  for (Device* desk : {office_.admin, &second}) (void)office_.Sync(*desk);

  office_.network.meddler().SetLie([&](const std::string& method, std::string*) {
    phone.online = phone.online && method != "qingfeng.server.v1.BlobService/Begin";
  });
  for (int i = 0; i < 3; ++i) {
    phone.online = true;
    (void)office_.Sync(phone);
    EXPECT_FALSE(phone.online) << "it begins to send its file";
    EXPECT_TRUE(office_.InOffice(phone));
  }
  EXPECT_EQ(SessionOf(phone).state(), clientpb::SESSION_STATE_DRAINING) << "it has heard of its revocation";

  clientpb::ApproveRevocationRequest approve;
  const auto devices =
      second.Call<clientpb::ListDevicesResponse>("DeskService/ListDevices", clientpb::ListDevicesRequest());
  for (const auto& device : devices->devices()) {
    if (!device.revoke_id().empty()) approve.set_revoke_id(device.revoke_id());
  }
  office_.Must(second.Call<clientpb::ApproveRevocationResponse>("DeskService/ApproveRevocation", approve).status(),
               "a second administrator approves");
  (void)office_.Sync(second);
  phone.online = true;
  (void)office_.Sync(phone);
  EXPECT_FALSE(office_.InOffice(phone)) << "what it had not sent does not keep it";
  office_.network.meddler().SetLie(nullptr);
  for (Filed& filed : office_.filed) filed.gone_with_store |= filed.phone == &phone;
}

// Nobody syncs for two years. Reports do not end with a certificate, marked as late; a desk's work does, until an
// administrator, who has heard what time it is, certifies anew.
TEST_F(Scenario, ReportsDoNotEndWithTheirCertificateAndDesksDo) {
  FileReport(office_, *office_.phones[0], true);
  for (Device* device : office_.PeopleInOffice()) device->Kill();
  office_.scheduler.RunFor(client::kCertificateUs + kMicrosPerDay);
  for (Device* device : office_.PeopleInOffice()) office_.Must(device->Start(), device->name() + " starts");
  FileReport(office_, *office_.phones[0], false);
  office_.Must(office_.Sync(*office_.phones[0]), "a phone whose certificate has ended syncs");
  EXPECT_THAT(Titles(*office_.manager), IsEmpty());

  (void)office_.Sync(*office_.admin);
  std::vector<Device*> ended = {office_.manager, office_.officer};
  ended.insert(ended.end(), office_.phones.begin(), office_.phones.end());
  for (Device* device : ended) {
    clientpb::CertifyDeviceRequest certify;
    certify.set_device_key(KeyOf(*device));
    office_.Must(office_.admin->Call<clientpb::CertifyDeviceResponse>("DeskService/CertifyDevice", certify).status(),
                 device->name() + " is certified anew");
  }
  SyncAll();
  EXPECT_EQ(Titles(*office_.manager).size(), 2u);
}

}  // namespace
}  // namespace qf::sim
