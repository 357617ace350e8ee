#include <gtest/gtest.h>

#include "client-core/api/client.h"
#include "client-core/api/layout.h"
#include "client-core/store/blob.h"
#include "client-core/store/item.h"
#include "client-core/store/setting.h"
#include "common/base/sha256.h"
#include "tests/unit/client-core/api/test_device.h"

namespace qf::client {
namespace {

using ::testing::HasSubstr;

clientpb::SessionState StateOf(TestDevice& device) {
  const auto response =
      device.Call<clientpb::GetSessionResponse>("VaultService/GetSession", clientpb::GetSessionRequest());
  return response.ok() ? response->session().state() : clientpb::SESSION_STATE_UNSPECIFIED;
}
absl::Status Lock(TestDevice& device) {
  return device.Call<clientpb::LockResponse>("VaultService/Lock", clientpb::LockRequest()).status();
}
absl::Status Wipe(TestDevice& device, bool confirm, bool lose_unsent) {
  clientpb::WipeRequest request;
  request.set_confirm(confirm);
  request.set_lose_unsent(lose_unsent);
  return device.Call<clientpb::WipeResponse>("VaultService/Wipe", request).status();
}

TEST(VaultMethods, NothingIsToldBeforeOpen) {
  TestDevice device;
  EXPECT_THAT(device.Call<clientpb::GetSessionResponse>("VaultService/GetSession", clientpb::GetSessionRequest()),
              Fails(Reason::REASON_STATE));
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_STATE));
  EXPECT_THAT(device.Call<clientpb::ListDraftsResponse>("FieldService/ListDrafts", clientpb::ListDraftsRequest()),
              Fails(Reason::REASON_STATE));
  EXPECT_THAT(Wipe(device, true, true), Fails(Reason::REASON_STATE));
}

TEST(VaultMethods, AnEmptyFolderSaysSo) {
  TestDevice device;
  ASSERT_OK_AND_ASSIGN(const auto opened, device.Open());
  EXPECT_EQ(opened.session().state(), clientpb::SESSION_STATE_EMPTY);
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_NOT_ENROLLED));
  EXPECT_THAT(device.Call<clientpb::ListDraftsResponse>("FieldService/ListDrafts", clientpb::ListDraftsRequest()),
              Fails(Reason::REASON_NOT_ENROLLED));
  EXPECT_THAT(device.Open(), Fails(Reason::REASON_STATE));
}

TEST(VaultMethods, AFolderHasOneClient) {
  TestDevice device;
  ASSERT_OK(device.Open());
  Core second(ClientSeams{.world = &device.world.world});
  clientpb::OpenRequest request;
  request.set_folder(kFolder);
  EXPECT_THAT(second.Open(request), Fails(Reason::REASON_STORE_IN_USE));
}

TEST(Enrol, NeedsNoNetwork) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Open());
  const Invitation invitation = office.NewInvitation();
  ASSERT_OK_AND_ASSIGN(const auto enrolled, device.Enrol(invitation));
  EXPECT_EQ(enrolled.session().state(), clientpb::SESSION_STATE_PROVISIONAL);
  EXPECT_EQ(enrolled.session().address(), "office.example:8443");
  EXPECT_EQ(enrolled.session().office_id(), office.id().str());
  EXPECT_EQ(enrolled.session().device_key(), device.session().device().str());
  EXPECT_FALSE(enrolled.session().fingerprint().empty());
  EXPECT_THAT(enrolled.protection(), HasSubstr("6 digits"));
}

TEST(Enrol, SaysWhatThePinIsWorthInTheLanguageOfItsPage) {
  TestOffice office;
  clientpb::OpenRequest open;
  open.set_folder(kFolder);
  open.set_locale("zh-CN");
  clientpb::EnrolRequest request;
  request.set_pin(kPin);
  const auto said = [&](const std::string& locale) -> absl::StatusOr<std::string> {
    TestDevice device;
    QF_TRY(device.Call<clientpb::OpenResponse>("VaultService/Open", open).status());
    request.set_invitation(FormatInvitation(office.NewInvitation()));
    request.set_locale(locale);
    QF_TRY_ASSIGN(const auto enrolled, device.Call<clientpb::EnrolResponse>("VaultService/Enrol", request));
    return enrolled.protection();
  };
  EXPECT_THAT(said("").value_or("refused"), HasSubstr("6位数字"));
  EXPECT_THAT(said("en").value_or("refused"), HasSubstr("6 digits"));
  open.clear_locale();
  EXPECT_THAT(said("zh-CN").value_or("refused"), HasSubstr("6位数字"));
}

TEST(Enrol, FilesAnEnrolmentThatTheOfficeBelieves) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Open());
  const Invitation invitation = office.NewInvitation();
  ASSERT_OK(device.Enrol(invitation));
  ASSERT_OK_AND_ASSIGN(const auto items, device.session().database().Read(
                                             [](sql::ReadTxn& tx) { return ItemsInState(tx, ItemState::kFiled, 10); }));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].kind, recordpb::KIND_ENROL);
  EXPECT_EQ(items[0].feed, record::Feed::Roster());
  EXPECT_EQ(items[0].author, device.session().device());
  EXPECT_OK(CheckEnrol(items[0].clear.enrol(), invitation.secret));
  EXPECT_EQ(items[0].clear.enrol().device().sealing_key(), device.session().sealing_keys().public_key().str());
}

TEST(Enrol, AStoreBelongsToOneOffice) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Open());
  ASSERT_OK(device.Enrol(office.NewInvitation()));
  EXPECT_THAT(device.Enrol(office.NewInvitation()), Fails(Reason::REASON_ENROLLED));
}

TEST(Enrol, NothingIsMadeOfABadRequest) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Open());
  clientpb::EnrolRequest request;
  request.set_invitation("QF1:nonsense");
  request.set_pin(kPin);
  EXPECT_THAT(device.Call<clientpb::EnrolResponse>("VaultService/Enrol", request), Fails(Reason::REASON_INVITATION));
  request.set_invitation(FormatInvitation(office.NewInvitation()));
  request.set_pin("123456");
  EXPECT_THAT(device.Call<clientpb::EnrolResponse>("VaultService/Enrol", request), Fails(Reason::REASON_PIN_WEAK));
  EXPECT_EQ(StateOf(device), clientpb::SESSION_STATE_EMPTY);
  ASSERT_OK_AND_ASSIGN(const auto names, device.disk.List(kFolder));
  EXPECT_TRUE(names.empty());  // the simulated disk does not list the lock
}

TEST(Enrol, AnInvitationCanBeReadWithoutAStore) {
  TestDevice device;
  TestOffice office;
  const Invitation invitation = office.NewInvitation();
  clientpb::ReadInvitationRequest request;
  request.set_invitation(FormatInvitation(invitation));
  ASSERT_OK_AND_ASSIGN(const auto read,
                       device.Call<clientpb::ReadInvitationResponse>("VaultService/ReadInvitation", request));
  EXPECT_EQ(read.address(), invitation.address);
  EXPECT_EQ(read.office_id(), office.id().str());
  EXPECT_EQ(read.invitation_id(), invitation.id.str());
}

TEST(Unlock, AStoreIsOpenedAgainWithItsPin) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  const SigningKey key = device.session().device();
  device.End();
  device.Start();
  ASSERT_OK_AND_ASSIGN(const auto opened, device.Open());
  EXPECT_EQ(opened.session().state(), clientpb::SESSION_STATE_LOCKED);
  EXPECT_THAT(device.Unlock("605937"), Fails(Reason::REASON_PIN_WRONG));
  ASSERT_OK_AND_ASSIGN(const auto unlocked, device.Unlock());
  EXPECT_EQ(unlocked.session().state(), clientpb::SESSION_STATE_PROVISIONAL);
  EXPECT_EQ(unlocked.session().address(), "office.example:8443");
  EXPECT_EQ(device.session().device(), key);
  EXPECT_EQ(device.session().office().tls_authorities, std::vector<std::string>{"authority"});
  EXPECT_TRUE(device.session().authority().NewestEpoch(recordpb::AUDIENCE_OFFICE).has_value());
}

// What a crash between a row and its file has left.
TEST(Unlock, SweepsFilesThatNobodyNeeds) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  const auto path_of = [](const std::string& file) { return BlobPath(kFolder, Sha256(file)); };
  const auto put = [&](const std::string& file, bool complete, bool here) {
    ASSERT_OK(WriteFileAtomically(device.disk, path_of(file), file));
    ASSERT_OK(device.session().database().Write([&](sql::WriteTxn& tx) {
      return PutBlob(tx, {.sha256 = Sha256(file), .size_bytes = file.size(), .complete = complete, .here = here});
    }));
  };
  put("waits to be sent", false, true);
  put("sent, and not dropped yet", true, true);
  put("dropped", true, false);
  put("damaged, and not at the server", false, false);
  ASSERT_OK(WriteFileAtomically(device.disk, path_of("never had a row"), "never had a row"));
  ASSERT_OK(Lock(device));
  ASSERT_OK(device.Unlock());
  const auto there = [&](const std::string& file) { return *device.disk.Exists(path_of(file)); };
  EXPECT_TRUE(there("waits to be sent"));
  EXPECT_TRUE(there("sent, and not dropped yet"));
  EXPECT_FALSE(there("dropped"));
  EXPECT_TRUE(there("damaged, and not at the server"));
  EXPECT_FALSE(there("never had a row"));
}

TEST(Unlock, SaysWhenTheNextTryIsAllowed) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(Lock(device));
  for (int i = 0; i < 3; ++i) EXPECT_THAT(device.Unlock("605937"), Fails(Reason::REASON_PIN_WRONG));
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_PIN_WAIT));
  ASSERT_OK_AND_ASSIGN(const auto session, device.Call<clientpb::GetSessionResponse>("VaultService/GetSession",
                                                                                     clientpb::GetSessionRequest()));
  EXPECT_EQ(session.session().next_try_at_us(), device.world.clock.NowUs() + 5 * kMicrosPerSecond);
  device.world.clock.Advance(5 * kMicrosPerSecond);
  EXPECT_OK(device.Unlock());
}

TEST(Unlock, ChecksThePinOfAnOpenStoreToo) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  Session* const before = &device.session();
  EXPECT_THAT(device.Unlock("605937"), Fails(Reason::REASON_PIN_WRONG));
  EXPECT_OK(device.Unlock());
  EXPECT_EQ(&device.session(), before);
}

TEST(Unlock, OneTryAtATime) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  clientpb::UnlockRequest request;
  request.set_pin(kPin);
  auto first = StartCall(*device.table, "qingfeng.client.v1.VaultService/Unlock", request);
  auto second = StartCall(*device.table, "qingfeng.client.v1.VaultService/Unlock", request);
  device.world.loop.Run();
  EXPECT_OK(*first->status());
  EXPECT_THAT(*second->status(), Fails(Reason::REASON_BUSY));
}

TEST(Lock, ForgetsTheKeys) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(Lock(device));
  EXPECT_EQ(StateOf(device), clientpb::SESSION_STATE_LOCKED);
  EXPECT_THAT(device.Call<clientpb::ListDraftsResponse>("FieldService/ListDrafts", clientpb::ListDraftsRequest()),
              Fails(Reason::REASON_LOCKED));
  EXPECT_OK(Lock(device));
}

// An app locks as it goes out of sight, while a PIN that was just entered is still being tried.
TEST(Lock, HoldsAgainstAPinUnderWay) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(Lock(device));
  clientpb::UnlockRequest request;
  request.set_pin(kPin);
  const auto unlock = StartCall(*device.table, "qingfeng.client.v1.VaultService/Unlock", request);
  const auto lock = StartCall(*device.table, "qingfeng.client.v1.VaultService/Lock", clientpb::LockRequest());
  device.world.loop.Run();
  EXPECT_OK(*lock->status());
  EXPECT_THAT(*unlock->status(), Fails(Reason::REASON_LOCKED));
  EXPECT_EQ(StateOf(device), clientpb::SESSION_STATE_LOCKED);
  EXPECT_OK(device.Unlock());
}

TEST(Lock, HoldsAgainstAnEnrolmentUnderWay) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Open());
  clientpb::EnrolRequest request;
  request.set_invitation(FormatInvitation(office.NewInvitation()));
  request.set_pin(kPin);
  const auto enrol = StartCall(*device.table, "qingfeng.client.v1.VaultService/Enrol", request);
  const auto lock = StartCall(*device.table, "qingfeng.client.v1.VaultService/Lock", clientpb::LockRequest());
  device.world.loop.Run();
  EXPECT_OK(*enrol->status());
  EXPECT_EQ(StateOf(device), clientpb::SESSION_STATE_LOCKED);
  EXPECT_OK(device.Unlock());
}

TEST(ChangePin, TheNewOneOpens) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  clientpb::ChangePinRequest request;
  request.set_old_pin(kPin);
  request.set_new_pin("605937");
  ASSERT_OK(device.Call<clientpb::ChangePinResponse>("VaultService/ChangePin", request));
  ASSERT_OK(Lock(device));
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_PIN_WRONG));
  EXPECT_OK(device.Unlock("605937"));
}

absl::Status OpenWith(TestDevice& device, const std::string& platform_secret, bool in_hardware = true) {
  clientpb::OpenRequest request;
  request.set_folder(kFolder);
  request.set_platform_secret(platform_secret);
  request.set_platform_secret_in_hardware(in_hardware);
  return device.Call<clientpb::OpenResponse>("VaultService/Open", request).status();
}

TEST(HandedSecret, OpensWhatItWasMadeWithAndNothingElse) {
  const std::string kept(kPlatformSecretBytes, 'k'), other(kPlatformSecretBytes, 'o');
  TestDevice device;
  TestOffice office;
  ASSERT_OK(OpenWith(device, kept));
  ASSERT_OK(device.Enrol(office.NewInvitation()));
  EXPECT_FALSE(*device.disk.Exists("device.secret"));
  EXPECT_FALSE(*device.disk.Exists("device.secret.new"));
  device.End();
  device.Start();
  ASSERT_OK(OpenWith(device, other));
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_PIN_WRONG));
  device.End();
  device.Start();
  ASSERT_OK(device.Open());
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_KEY_FILE));
  device.End();
  device.Start();
  ASSERT_OK(OpenWith(device, kept));
  ASSERT_OK(device.Unlock());
  ASSERT_OK(Wipe(device, true, true));
  EXPECT_FALSE(*device.disk.Exists(VaultPath(kFolder)));
}

TEST(HandedSecret, IsWorthWhatTheAppSaysOfIt) {
  const std::string kept(kPlatformSecretBytes, 'k');
  TestOffice office;
  TestDevice soft;
  ASSERT_OK(OpenWith(soft, kept, false));
  ASSERT_OK_AND_ASSIGN(const auto guessed, soft.Enrol(office.NewInvitation()));
  EXPECT_THAT(guessed.protection(), HasSubstr("6 digits"));
  TestDevice hard;
  ASSERT_OK(OpenWith(hard, kept, true));
  ASSERT_OK_AND_ASSIGN(const auto held, hard.Enrol(office.NewInvitation()));
  EXPECT_THAT(held.protection(), HasSubstr("security chip"));
}

TEST(HandedSecret, Has32Bytes) {
  TestDevice device;
  EXPECT_THAT(OpenWith(device, std::string(kPlatformSecretBytes - 1, 'k')), Fails(Reason::REASON_LENGTH));
  ASSERT_OK(OpenWith(device, std::string(kPlatformSecretBytes, 'k')));
}

TEST(Wipe, AsksTwice) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  EXPECT_THAT(Wipe(device, false, true), Fails(Reason::REASON_CONFIRM));
  EXPECT_THAT(Wipe(device, true, false), Fails(Reason::REASON_UNSETTLED));  // the enrolment has not arrived
  ASSERT_OK(Lock(device));
  EXPECT_THAT(Wipe(device, true, false), Fails(Reason::REASON_UNSETTLED));
  EXPECT_OK(device.Unlock());
}

TEST(Wipe, LeavesNothing) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(Wipe(device, true, true));
  EXPECT_EQ(StateOf(device), clientpb::SESSION_STATE_WIPED);
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_NOT_ENROLLED));
  ASSERT_OK_AND_ASSIGN(const auto names, device.disk.List(kFolder));
  for (const std::string& name : names) EXPECT_TRUE(name == "lock" || name == "blobs") << name;
  EXPECT_FALSE(*device.disk.Exists("device.secret"));
  ASSERT_OK_AND_ASSIGN(const auto opened, device.Open());
  EXPECT_EQ(opened.session().state(), clientpb::SESSION_STATE_EMPTY);
  EXPECT_OK(device.Enrol(office.NewInvitation()));
}

TEST(Wipe, TouchesNoFileThatIsNotOurs) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.disk.MakeDir(kFolder));
  ASSERT_OK(WriteFileAtomically(device.disk, std::string(kFolder) + "/thesis.odt", "years of work"));
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(Wipe(device, true, true));
  EXPECT_EQ(*ReadFile(device.disk, std::string(kFolder) + "/thesis.odt", 100), "years of work");
}

// --- Every crash point.

TEST(Crash, EnrolmentLeavesNothingOrAStore) {
  int whole = 0, cuts = 0;
  for (uint64_t cut = 0;; ++cut) {
    TestDevice device(cut + 1);
    TestOffice office;
    const Invitation invitation = office.NewInvitation();
    device.disk.CutAt(cut);
    const bool enrolled = device.Open().ok() && device.Enrol(invitation).ok();
    const bool was_cut = device.disk.stopped();
    device.PowerCycle();
    ASSERT_OK_AND_ASSIGN(const auto opened, device.Open());
    if (opened.session().state() == clientpb::SESSION_STATE_LOCKED) {
      ++whole;
      ASSERT_OK(device.Unlock());
      ASSERT_OK_AND_ASSIGN(const auto items, device.session().database().Read([](sql::ReadTxn& tx) {
        return ItemsInState(tx, ItemState::kFiled, 10);
      }));
      ASSERT_EQ(items.size(), 1u);
      ASSERT_OK(CheckEnrol(items[0].clear.enrol(), invitation.secret));
    } else {
      ASSERT_FALSE(enrolled) << "an enrolment that was confirmed is gone";
      ASSERT_EQ(opened.session().state(), clientpb::SESSION_STATE_EMPTY);
      ASSERT_OK(device.Enrol(invitation));  // nothing is in its way
    }
    if (!was_cut) break;
    ++cuts;
  }
  EXPECT_GT(cuts, 30);
  EXPECT_GT(whole, 1);
}

TEST(Crash, AnErasureThatBeganIsFinished) {
  int cuts = 0, back = 0;
  for (uint64_t cut = 0;; ++cut) {
    TestDevice device(cut + 1);
    TestOffice office;
    ASSERT_OK(device.Settle(office));
    device.disk.CutAt(cut);
    Wipe(device, true, true).IgnoreError();
    const bool was_cut = device.disk.stopped();
    device.PowerCycle();
    ASSERT_OK_AND_ASSIGN(const auto opened, device.Open());
    if (opened.session().state() == clientpb::SESSION_STATE_LOCKED) {
      ++back;  // cut before the note that it began was durable
      ASSERT_OK(device.Unlock());
      ASSERT_LE(cut, 12u);
    } else {
      ASSERT_FALSE(*device.disk.Exists("device.secret"));
      ASSERT_FALSE(*device.disk.Exists(VaultPath(kFolder)));
      ASSERT_FALSE(*device.disk.Exists(StorePath(kFolder)));
      ASSERT_FALSE(*device.disk.Exists(ErasingPath(kFolder)));
    }
    if (!was_cut) break;
    ++cuts;
  }
  EXPECT_GT(cuts, 10);
  EXPECT_LT(back, cuts / 2);
}

TEST(Crash, ASecretFileThatIsElsewhereErasesNothing) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  device.End();
  ASSERT_OK(device.disk.Rename("device.secret", "moved.secret"));
  device.Start();
  ASSERT_OK_AND_ASSIGN(const auto opened, device.Open());
  EXPECT_EQ(opened.session().state(), clientpb::SESSION_STATE_LOCKED);
  EXPECT_THAT(device.Unlock(), Fails(Reason::REASON_KEY_FILE));
  device.End();
  ASSERT_OK(device.disk.Rename("moved.secret", "device.secret"));
  device.Start();
  ASSERT_OK(device.Open());
  EXPECT_OK(device.Unlock());
}

TEST(Shutdown, CallsUnderWayAreTold) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  clientpb::UnlockRequest request;
  request.set_pin(kPin);
  auto unlock = StartCall(*device.table, "qingfeng.client.v1.VaultService/Unlock", request);
  auto watch = StartCall(*device.table, "qingfeng.client.v1.EventService/Watch", clientpb::WatchRequest(), 0);
  auto list = StartCall(*device.table, "qingfeng.client.v1.FieldService/ListDrafts", clientpb::ListDraftsRequest());
  device.End();
  for (const auto& call : {unlock, watch, list}) EXPECT_THAT(*call->status(), Fails(Reason::REASON_SHUTDOWN));
}

TEST(Examine, AHealthyStoreHasNothingToSay) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  ASSERT_OK_AND_ASSIGN(const auto examined,
                       device.Call<clientpb::ExamineResponse>("VaultService/Examine", clientpb::ExamineRequest()));
  std::set<std::string> subjects;
  for (const auto& finding : examined.findings()) {
    subjects.insert(finding.subject());
    EXPECT_TRUE(finding.ok()) << finding.subject() << ": " << clientpb::Seen_Name(finding.seen());
    EXPECT_NE(finding.seen(), clientpb::SEEN_UNSPECIFIED) << finding.subject();
  }
  EXPECT_EQ(subjects,
            (std::set<std::string>{"clock", "store", "outbox", "disk", "server", "receipts", "keys", "proofs"}));
}

TEST(Examine, WhatIsWrongComesFirstWithItsRemedy) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  device.world.clock.now_us = 1;  // long before what the log has shown
  ASSERT_OK_AND_ASSIGN(const auto examined,
                       device.Call<clientpb::ExamineResponse>("VaultService/Examine", clientpb::ExamineRequest()));
  EXPECT_EQ(examined.findings(0).subject(), "clock");
  EXPECT_FALSE(examined.findings(0).ok());
  EXPECT_EQ(examined.findings(0).seen(), clientpb::SEEN_CLOCK_WRONG);
  EXPECT_EQ(examined.findings(0).reason(), Reason::REASON_CLOCK);
}

TEST(Examine, TellsHowManyRecordsWaitAndSinceWhen) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  const uint64_t enrolled_us = device.world.clock.now_us;
  device.world.clock.now_us += 2 * kMicrosPerDay;
  ASSERT_OK(device.session().database().Write(
      [&](sql::WriteTxn& tx) { return PutNumber(tx, Setting::kLastExchangeUs, device.world.clock.now_us); }));
  ASSERT_OK_AND_ASSIGN(const auto examined,
                       device.Call<clientpb::ExamineResponse>("VaultService/Examine", clientpb::ExamineRequest()));
  const clientpb::Finding& outbox = examined.findings(0);
  EXPECT_EQ(outbox.seen(), clientpb::SEEN_OUTBOX_STUCK);
  EXPECT_EQ(outbox.count(), 1u);  // its enrolment
  EXPECT_EQ(outbox.with_files(), 0u);
  EXPECT_EQ(outbox.at_us(), enrolled_us);
}

TEST(Examine, ALockedStoreIsLookedAtAsFarAsThatGoes) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(Lock(device));
  ASSERT_OK(device.disk.Remove("device.secret"));
  ASSERT_OK_AND_ASSIGN(const auto examined,
                       device.Call<clientpb::ExamineResponse>("VaultService/Examine", clientpb::ExamineRequest()));
  EXPECT_EQ(examined.findings(0).subject(), "keys");
  EXPECT_FALSE(examined.findings(0).ok());
  EXPECT_EQ(examined.findings(0).seen(), clientpb::SEEN_KEYS_NO_SECRET);
  EXPECT_EQ(examined.findings(0).reason(), Reason::REASON_KEY_FILE);
  EXPECT_EQ(examined.findings(1).seen(), clientpb::SEEN_STORE_CLOSED);
  EXPECT_EQ(examined.findings(1).reason(), Reason::REASON_LOCKED);
}

}  // namespace
}  // namespace qf::client
