// Welcome, pages and proofs, as a caller's verifying reader finds them. docs/protocol.md, "Sync" 1, 2, 6.
#include <gtest/gtest.h>

#include "common/base/sha256.h"
#include "common/log/leaf.h"
#include "common/log/verify.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

using serverpb::ExchangeResponse;

class ExchangeTest : public ::testing::Test {
 protected:
  ExchangeResponse Ask(const Member& who, const server::Ask& ask) {
    auto answer = office.Exchange(who, office.Hello(who, ask));
    EXPECT_OK(answer);
    return answer.ok() ? *std::move(answer) : ExchangeResponse();
  }
  static const serverpb::Page* PageOf(const ExchangeResponse& answer, const std::string& feed) {
    for (const auto& page : answer.pages()) {
      if (page.feed() == feed) return &page;
    }
    return nullptr;
  }

  Office office;
  Member desk = office.NewDevice(recordpb::ROLE_DUTY_OFFICER);
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
};

// The leaves of pages of `log`, put together as a desk does.
class Mirror {
 public:
  void Take(Office& office, const serverpb::Page& page) {
    ASSERT_EQ(page.from(), leaves_.size());
    for (const auto& entry : page.entries()) {
      ASSERT_OK_AND_ASSIGN(const record::Record record, record::ParseRecord(entry.record()));
      ASSERT_EQ(entry.placement().position(), leaves_.size());
      ASSERT_OK_AND_ASSIGN(const log::Leaf leaf, log::LeafFrom(entry.placement(), record.id, Sha256(record.signature)));
      leaves_.Append(log::LeafHash(log::LeafData(leaf)));
    }
    ASSERT_EQ(page.to(), leaves_.size());
    const log::Checkpoint checkpoint = office.CheckpointOf(page.checkpoint());
    EXPECT_EQ(checkpoint.size, leaves_.size());
    EXPECT_EQ(checkpoint.root, leaves_.Root());
  }
  uint64_t size() const { return leaves_.size(); }

 private:
  log::Accumulator leaves_;
};

TEST_F(ExchangeTest, ADeskReadsTheWholeLogInPagesAndFindsTheSameRoots) {
  for (int pack = 0; pack < 12; ++pack) {
    std::vector<record::Record> records;
    for (int i = 0; i < 60; ++i) records.push_back(office.Report(phone, std::string(100, 'x')));
    office.Store(phone, records);
  }
  Mirror mirror;
  int pages = 0;
  while (mirror.size() < office.book().View().size) {
    const ExchangeResponse answer = Ask(desk, {.cursors = {{"log", mirror.size()}}});
    ASSERT_EQ(answer.pages_size(), 1);
    EXPECT_EQ(answer.pages(0).paths_size(), 0);
    EXPECT_LE(answer.pages(0).entries_size(), static_cast<int>(limits::kPageEntries));
    mirror.Take(office, answer.pages(0));
    ASSERT_FALSE(HasFatalFailure());
    ++pages;
  }
  EXPECT_GE(pages, 2);
  EXPECT_EQ(Ask(desk, {.cursors = {{"log", mirror.size()}}}).pages_size(), 0);
}

TEST_F(ExchangeTest, APageIsBoundedByBytesAndHasAtLeastOneEntry) {
  for (int i = 0; i < 6; ++i) office.Store(phone, {office.Report(phone, std::string(50'000, 'x'))});
  const uint64_t from = office.book().View().size - 6;
  EXPECT_EQ(Ask(desk, {.cursors = {{"log", from}}, .page_bytes_max = 110'000}).pages(0).entries_size(), 2);
  EXPECT_EQ(Ask(desk, {.cursors = {{"log", from}}, .page_bytes_max = 10}).pages(0).entries_size(), 1);
  EXPECT_EQ(Ask(desk, {.cursors = {{"log", from}}}).pages(0).entries_size(), 6);
}

TEST_F(ExchangeTest, AFeedsPageProvesEachEntry) {
  office.Store(desk, {office.Make(desk, {record::Feed::Inbox(phone.key()), recordpb::KIND_MESSAGE, {}, "for you"})});
  office.Store(phone, {office.Report(phone), office.Report(phone)});
  const std::string inbox = record::Feed::Inbox(phone.key()).name();
  const ExchangeResponse answer = Ask(phone, {.cursors = {{"broadcast", 0}, {inbox, 0}, {"replies", 0}}});
  ASSERT_EQ(answer.pages_size(), 3);
  for (const auto& page : answer.pages()) {
    EXPECT_EQ(page.to(), answer.welcome().log_size());  // so that the cursor reaches the end
    ASSERT_EQ(page.entries_size(), page.paths_size());
    for (int i = 0; i < page.entries_size(); ++i) {
      ASSERT_OK_AND_ASSIGN(const record::Record record, record::ParseRecord(page.entries(i).record()));
      EXPECT_EQ(record.header.feed.name(), page.feed());
      EXPECT_TRUE(office.Proves(answer, page.entries(i).placement(), page.paths(i), record));
    }
  }
  ASSERT_EQ(PageOf(answer, inbox)->entries_size(), 1);
  EXPECT_EQ(PageOf(answer, inbox)->entries(0).record().body(), "for you");
  EXPECT_EQ(PageOf(answer, "broadcast")->entries_size(), 2);  // GENESIS and the desk's certificate
  EXPECT_EQ(PageOf(answer, "replies")->entries_size(), 0);
}

TEST_F(ExchangeTest, NobodyIsSentWhatTheTableDoesNotGive) {
  Member other = office.NewDevice(recordpb::ROLE_INFORMANT);
  Member provisional = office.NewProvisional();
  const std::string inbox = record::Feed::Inbox(phone.key()).name();
  const std::string inbox_of_provisional = record::Feed::Inbox(provisional.key()).name();
  EXPECT_EQ(Ask(phone, {.cursors = {{"log", 0}, {"office", 0}, {"roster", 0}, {"letters", 0}}}).pages_size(), 0);
  EXPECT_EQ(Ask(other, {.cursors = {{inbox, 0}}}).pages_size(), 0);
  EXPECT_EQ(Ask(provisional, {.cursors = {{inbox_of_provisional, 0}, {"log", 0}}}).pages_size(), 0);
  EXPECT_EQ(Ask(provisional, {.cursors = {{"broadcast", 0}, {"replies", 0}}}).pages_size(), 2);
  EXPECT_EQ(Ask(desk, {.cursors = {{"roster", 0}}}).pages_size(), 0);
  EXPECT_EQ(Ask(office.admin, {.cursors = {{"roster", 0}}}).pages_size(), 1);
  Member stranger = office.NewMember();
  const ExchangeResponse answer = Ask(stranger, {.cursors = {{"broadcast", 0}, {"log", 0}}});
  EXPECT_EQ(answer.pages_size(), 0);
  EXPECT_EQ(answer.welcome().term(), 1u);
}

TEST_F(ExchangeTest, ConsistencyFromTheCheckpointOfTheHello) {
  const std::string note = Ask(phone, {}).proofs().checkpoint();
  const log::Checkpoint old = office.CheckpointOf(note);
  std::vector<record::Record> records;
  for (int i = 0; i < 37; ++i) records.push_back(office.Report(phone));
  office.Store(phone, records);
  const ExchangeResponse answer = Ask(phone, {.checkpoint = note});
  const log::Checkpoint now = office.CheckpointOf(answer.proofs().checkpoint());
  ASSERT_OK_AND_ASSIGN(const auto path, log::PathFromHashes(answer.consistency()));
  EXPECT_OK(log::VerifyConsistency(old.size, old.root, now.size, now.root, path));
  EXPECT_THAT(log::VerifyConsistency(old.size - 1, old.root, now.size, now.root, path), Fails(Reason::REASON_PROOF));
}

TEST_F(ExchangeTest, ACheckpointThatNobodySignedChangesNothing) {
  std::string note = Ask(phone, {}).proofs().checkpoint();
  const size_t at = note.find('\n') + 1;
  note.replace(at, note.find('\n', at) - at, "999999");  // a larger size under the old signature
  EXPECT_FALSE(Ask(phone, {.checkpoint = note}).welcome().rolled_back());
  EXPECT_THAT(office.Exchange(phone, office.Hello(phone, {.checkpoint = "nonsense"})), Fails(Reason::REASON_FRAME));
}

// Neither a disk that errs nor a store that is damaged is to be taken for the caller's own.
TEST_F(ExchangeTest, TroubleWithTheStoreIsToldAsTakingNoWrites) {
  for (int pack = 0; pack < 6; ++pack) {  // so many that the tree's first tile is read from the store
    std::vector<record::Record> records;
    for (int i = 0; i < 60; ++i) records.push_back(office.Report(phone));
    office.Store(phone, records);
  }
  const auto check = [&] {
    serverpb::CheckConsistencyRequest sizes;
    sizes.set_old_size(3);
    return office.Call<serverpb::CheckConsistencyResponse>(&desk, "qingfeng.server.v1.LogService/CheckConsistency",
                                                           sizes);
  };
  const auto read = [&] { return office.Exchange(desk, office.Hello(desk, {.cursors = {{"log", 0}}})); };
  ASSERT_OK(office.Start());  // what it has read before is forgotten
  office.disk().Fail(sim::DiskOperation::kRead, 0, sim::SimDisk::kForever);
  EXPECT_THAT(read(), Fails(Reason::REASON_NOT_LEADER));
  EXPECT_THAT(check(), Fails(Reason::REASON_NOT_LEADER));
  office.disk().StopFailing();
  EXPECT_OK(read());
  EXPECT_OK(check());

  constexpr sql::Statement kDamage("DELETE FROM tile WHERE tile = 0");
  ASSERT_OK(office.server().database().Write([&](sql::WriteTxn& tx) { return tx.Execute(kDamage); }));
  ASSERT_OK(office.Start());
  EXPECT_THAT(check(), Fails(Reason::REASON_NOT_LEADER));
}

TEST_F(ExchangeTest, ARevokedDeviceIsSentItsRevokeWithProofAndNothingElse) {
  const record::Record revoke = office.Revoke(phone, recordpb::REVOKE_MODE_ERASE);
  office.Store(office.admin, {revoke});
  ExchangeResponse answer = Ask(phone, {.cursors = {{"broadcast", 0}, {"replies", 0}}, .wait_ms = 5000});
  EXPECT_EQ(answer.pages_size(), 0);
  EXPECT_EQ(answer.welcome().lacking_size(), 0);
  ASSERT_TRUE(answer.welcome().has_revoke());
  EXPECT_FALSE(answer.welcome().has_revoke_approval());
  const auto& proved = answer.welcome().revoke();
  EXPECT_TRUE(office.Proves(answer, proved.entry().placement(), proved.path(), revoke));

  Member second = office.NewDevice(recordpb::ROLE_ADMINISTRATOR);
  const record::Record approval =
      office.Make(second, {record::Feed::Broadcast(), recordpb::KIND_APPROVE, {}, "", {}, revoke.id});
  office.Store(second, {approval});
  answer = Ask(phone, {});
  ASSERT_TRUE(answer.welcome().has_revoke_approval());
  const auto& approved = answer.welcome().revoke_approval();
  EXPECT_TRUE(office.Proves(answer, approved.entry().placement(), approved.path(), approval));
}

TEST_F(ExchangeTest, LackingIsTheCallersOwnAndForADeskAnyones) {
  record::Record record = office.Report(phone, "body");
  record.body.clear();
  office.Store(phone, {record});
  EXPECT_EQ(Ask(phone, {}).welcome().lacking_size(), 1);
  EXPECT_EQ(Ask(desk, {}).welcome().lacking_size(), 1);
  Member other = office.NewDevice(recordpb::ROLE_INFORMANT);
  EXPECT_EQ(Ask(other, {}).welcome().lacking_size(), 0);
}

TEST_F(ExchangeTest, AHelloThatAsksForTooMuchIsNoFrame) {
  serverpb::ExchangeRequest request = office.Hello(phone);
  for (int i = 0; i < 17; ++i) request.mutable_hello()->add_cursors()->set_feed("broadcast");
  EXPECT_THAT(office.Exchange(phone, request), Fails(Reason::REASON_FRAME));
  request = office.Hello(phone, {.cursors = {{"no such feed", 0}}});
  EXPECT_THAT(office.Exchange(phone, request), Fails(Reason::REASON_FRAME));
  request = office.Hello(phone);
  request.mutable_hello()->set_incarnation("short");
  EXPECT_THAT(office.Exchange(phone, request), Fails(Reason::REASON_FRAME));
  request = office.Hello(phone);
  for (int i = 0; i < 257; ++i) request.mutable_hello()->add_bodies_wanted(std::string(32, 'x'));
  EXPECT_THAT(office.Exchange(phone, request), Fails(Reason::REASON_FRAME));
}

TEST_F(ExchangeTest, EverythingIsThereAfterTheServerWasStartedAgain) {
  std::vector<record::Record> records;
  for (int i = 0; i < 64; ++i) records.push_back(office.Report(phone));
  for (int i = 0; i < 5; ++i) {
    office.Store(phone, records);
    records.clear();
    for (int k = 0; k < 64; ++k) records.push_back(office.Report(phone));
  }
  const std::string note = Ask(desk, {}).proofs().checkpoint();
  ASSERT_OK(office.Start());
  EXPECT_EQ(Ask(desk, {}).proofs().checkpoint(), note);
  Mirror mirror;
  mirror.Take(office, Ask(desk, {.cursors = {{"log", 0}}}).pages(0));
  office.Store(phone, records);
  EXPECT_FALSE(Ask(desk, {}).welcome().rolled_back());
}

TEST_F(ExchangeTest, LogServiceGivesCheckpointsAndProofs) {
  office.Store(phone, {office.Report(phone), office.Report(phone)});
  const auto newest = office.Call<serverpb::GetCheckpointResponse>(
      &phone, "qingfeng.server.v1.LogService/GetCheckpoint", serverpb::GetCheckpointRequest());
  ASSERT_OK(newest);
  const log::Checkpoint now = office.CheckpointOf(newest->checkpoint());
  serverpb::CheckConsistencyRequest request;
  request.set_old_size(2);
  request.set_new_size(now.size - 1);
  const std::string method = "qingfeng.server.v1.LogService/CheckConsistency";
  ASSERT_OK_AND_ASSIGN(const auto proof, office.Call<serverpb::CheckConsistencyResponse>(&phone, method, request));
  ASSERT_OK_AND_ASSIGN(const auto path, log::PathFromHashes(proof.path()));
  const log::Checkpoint then = office.CheckpointOf(proof.checkpoint());
  EXPECT_EQ(then.size, now.size - 1);
  ASSERT_OK_AND_ASSIGN(const Digest old_root, office.book().RootAt(2));
  EXPECT_OK(log::VerifyConsistency(2, old_root, then.size, then.root, path));
  request.set_new_size(now.size + 1);
  EXPECT_THAT(office.Call<serverpb::CheckConsistencyResponse>(&phone, method, request),
              Fails(Reason::REASON_NOT_FOUND));
  request.set_old_size(5);
  request.set_new_size(4);
  EXPECT_THAT(office.Call<serverpb::CheckConsistencyResponse>(&phone, method, request),
              Fails(Reason::REASON_NOT_FOUND));
}

}  // namespace
}  // namespace qf::server
