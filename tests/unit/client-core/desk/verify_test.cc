#include "client-core/desk/verify.h"

#include <filesystem>
#include <functional>

#include "client-core/desk/export_file.h"
#include "client-core/desk/log_methods.h"
#include "client-core/session/evidence.h"
#include "common/log/leaf.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

using testing::HasSubstr;

class VerifyTest : public DeskTest {
 protected:
  VerifyTest() {
    phone = NewPhone("Li");
    for (int i = 0; i < 3; ++i) log.Append(phone->Report({}));
    log.Append(phone->Report({}), Reason::REASON_FEED);
    log.AppendWithoutBody(phone->Report({}));
    manager->Sync();
    entries.assign(log.entries().begin(), log.entries().end());
    checkpoint = log.Checkpoint(log.size());
  }
  LogFindings Check() {
    LogChecker checker(log.office().office);
    for (const auto& entry : entries) checker.Add(entry);
    return checker.Finish(checkpoint);
  }
  // What is found after `change`; the log's own are as before then.
  std::string ProblemAfter(const std::function<void()>& change) {
    const auto kept_entries = entries;
    const auto kept_checkpoint = checkpoint;
    change();
    const LogFindings findings = Check();
    entries = kept_entries;
    checkpoint = kept_checkpoint;
    return findings.problem;
  }
  // Signs `entries` anew, as a server that lies consistently would.
  void Resign(uint64_t term = 1) {
    log::Accumulator leaves;
    for (const auto& entry : entries) {
      const auto record = *record::ParseRecord(entry.record());
      leaves.Append(
          log::LeafHash(log::LeafData(*log::LeafFrom(entry.placement(), record.id, Sha256(record.signature)))));
    }
    checkpoint = log::FormatCheckpoint({log.office().office, term, leaves.size(), leaves.Root()}, log.log_key());
  }

  std::unique_ptr<TestDesk> manager = NewManager();
  std::unique_ptr<TestPhone> phone;
  std::vector<recordpb::Entry> entries;
  std::string checkpoint;
};

TEST_F(VerifyTest, AWholeLogHolds) {
  const LogFindings findings = Check();
  EXPECT_TRUE(findings.verified()) << findings.problem;
  EXPECT_TRUE(findings.checkpoint_verified);
  EXPECT_EQ(findings.size, log.size());
  EXPECT_EQ(findings.signatures, log.size());
  EXPECT_EQ(findings.term, 1u);
  EXPECT_EQ(findings.root, log.RootAt(log.size()));
  EXPECT_EQ(findings.bodies_absent, 1u);  // not the refused one, which has none to give
  uint64_t bodies = 0;
  std::set<record::StreamId> streams;
  for (const auto& entry : entries) {
    bodies += entry.record().body().empty() ? 0 : 1;
    streams.insert(record::ParseHeader(entry.record().header())->stream());
  }
  EXPECT_EQ(findings.bodies, bodies);
  EXPECT_EQ(findings.streams, streams.size());
}

TEST_F(VerifyTest, WhateverIsChangedIsFound) {
  const size_t last = entries.size() - 3;
  EXPECT_THAT(ProblemAfter([&] { (*entries[5].mutable_record()->mutable_signature())[3] ^= 1; }),
              HasSubstr("position 5: "));
  EXPECT_THAT(ProblemAfter([&] { (*entries[last].mutable_record()->mutable_body())[9] ^= 1; }), HasSubstr("body"));
  EXPECT_THAT(ProblemAfter([&] { entries[last].mutable_record()->mutable_body()->pop_back(); }), HasSubstr("body"));
  EXPECT_THAT(ProblemAfter([&] { std::swap(entries[last], entries[last + 1]); }), HasSubstr("positions"));
  EXPECT_THAT(ProblemAfter([&] { entries.erase(entries.begin() + 7); }), HasSubstr("positions"));
  EXPECT_THAT(ProblemAfter([&] { entries.pop_back(); }), HasSubstr("another size"));
  EXPECT_THAT(ProblemAfter([&] { entries[7].mutable_placement()->set_verdict(9); }), HasSubstr("root"));
  EXPECT_THAT(ProblemAfter([&] { entries[7].mutable_placement()->set_clock_at_us(1); }), HasSubstr("root"));
  EXPECT_THAT(ProblemAfter([&] { checkpoint[checkpoint.size() - 10] ^= 1; }), testing::Not(testing::IsEmpty()));
  EXPECT_THAT(ProblemAfter([&] { checkpoint.clear(); }), testing::Not(testing::IsEmpty()));
}

TEST_F(VerifyTest, WhatAServerMaySignAndYetMayNotDoIsFound) {
  const size_t last = entries.size() - 3;
  EXPECT_EQ(ProblemAfter([&] { Resign(); }), "");
  // A record is left out and the rest moves up: its stream has a gap.
  EXPECT_THAT(ProblemAfter([&] {
                entries.erase(entries.begin() + static_cast<long>(last));
                for (size_t i = 0; i < entries.size(); ++i) entries[i].mutable_placement()->set_position(i);
                Resign();
              }),
              HasSubstr("gap"));
  EXPECT_THAT(ProblemAfter([&] {
                std::swap(*entries[last].mutable_record(), *entries[last + 1].mutable_record());
                Resign();
              }),
              HasSubstr("gap"));
  EXPECT_THAT(ProblemAfter([&] {
                entries.push_back(entries.back());
                entries.back().mutable_placement()->set_position(entries.size() - 1);
                entries.back().mutable_placement()->set_received_at_us(entries.back().placement().received_at_us() + 1);
                Resign();
              }),
              HasSubstr("gap"));
  EXPECT_THAT(ProblemAfter([&] {
                entries[last].mutable_placement()->set_received_at_us(entries[last - 1].placement().received_at_us());
                entries[last].mutable_placement()->set_clock_at_us(1);
                Resign();
              }),
              HasSubstr("received_at"));
  EXPECT_THAT(ProblemAfter([&] {
                entries[last].mutable_placement()->set_clock_at_us(entries[last].placement().received_at_us() + 1);
                Resign();
              }),
              HasSubstr("clock_at"));
  EXPECT_THAT(ProblemAfter([&] { Resign(65536); }), HasSubstr("names the key"));
  EXPECT_THAT(ProblemAfter([&] {
                entries.clear();
                Resign();
              }),
              HasSubstr("names the key"));
}

TEST_F(VerifyTest, AnotherOfficesRecordsAndKeysAreFound) {
  ManualWorld other_world(SystemFiles(), 99);
  TestDesk other_admin(other_world, "other");
  LogBuilder other(other_world.entropy, other_world.clock, other_admin.PublicKeys());
  EXPECT_THAT(ProblemAfter([&] { entries[0] = other.entries()[0]; }), HasSubstr("another office"));
  EXPECT_THAT(ProblemAfter([&] { checkpoint = other.Checkpoint(1); }), testing::Not(testing::IsEmpty()));
}

TEST_F(VerifyTest, NothingIsLookedAtAfterTheFirstThingThatDoesNotHold) {
  LogChecker checker(log.office().office);
  EXPECT_TRUE(checker.Add(entries[0]));
  EXPECT_FALSE(checker.Add(entries[5]));
  EXPECT_FALSE(checker.Add(entries[1]));
  const LogFindings findings = checker.Finish(checkpoint);
  EXPECT_THAT(findings.problem, HasSubstr("position 1: "));
  EXPECT_FALSE(findings.checkpoint_verified);
}

TEST_F(VerifyTest, ARestartHasToStandWhereItSaysOverWhatItKeeps) {
  const uint64_t kept = log.size() - 4;
  record::Header header;
  header.office = log.office().office;
  header.feed = record::Feed::Broadcast();
  header.incarnation = world.entropy.Random<Incarnation>();
  header.sequence = 1;
  header.kind = recordpb::KIND_RESTART;
  header.item = world.entropy.Random<ItemId>();
  auto& restart = *header.clear.mutable_restart();
  restart.set_continues_term(1);
  restart.set_term(65536);
  restart.set_log_key(log.log_key().public_key().str());
  *restart.add_chain() = log.office().genesis.ToSignedHeader();
  const uint64_t stands_at = kept;
  const auto problem = [&](const record::Signer& signer, uint64_t kept_size, const Digest& root) {
    restart.set_kept_size(kept_size);
    restart.set_kept_root(root.str());
    const auto record = record::MakeRecord(header, "", signer);
    return ProblemAfter([&] {
      entries.resize(stands_at);
      recordpb::Entry entry;
      *entry.mutable_record() = record.ToProto();
      entry.mutable_placement()->set_position(stands_at);
      entry.mutable_placement()->set_received_at_us(world.clock.NowUs() + kMicrosPerDay);
      entry.mutable_placement()->set_clock_at_us(world.clock.NowUs() + kMicrosPerDay);
      entries.push_back(entry);
      Resign(65536);
    });
  };
  const record::Signer& administrator = admin.session().signer();
  EXPECT_THAT(problem(manager->session().signer(), kept, log.RootAt(kept)), HasSubstr("position"));
  EXPECT_EQ(problem(administrator, kept, log.RootAt(kept)), "");
  EXPECT_THAT(problem(administrator, kept, log.RootAt(kept - 1)), HasSubstr("RESTART"));
  EXPECT_THAT(problem(administrator, kept - 1, log.RootAt(kept - 1)), HasSubstr("RESTART"));
}

TEST_F(VerifyTest, ADeskChecksItsOwnCopyAndAnExport) {
  const auto verify = [&](const std::string& file) {
    clientpb::VerifyLogRequest request;
    request.set_file(file);
    absl::StatusOr<clientpb::VerifyLogResponse> out;
    VerifyLog(manager->desk(), request, [&](auto response) { out = std::move(response); });
    world.loop.Run();
    return out;
  };
  const auto export_to = [&](const std::string& file) {
    clientpb::ExportLogRequest request;
    request.set_file(file);
    absl::StatusOr<clientpb::ExportLogResponse> out;
    ExportLog(manager->desk(), request, [&](auto response) { out = std::move(response); });
    world.loop.Run();
    return out;
  };
  manager->Sync();
  ASSERT_OK_AND_ASSIGN(const auto own, verify(""));
  EXPECT_TRUE(own.verified()) << own.problem();
  EXPECT_TRUE(own.checkpoint_verified());
  EXPECT_EQ(own.size(), log.size());

  const std::string file = manager->folder() + "/export";
  ASSERT_OK_AND_ASSIGN(const auto exported, export_to(file));
  EXPECT_EQ(exported.size(), log.size());
  ASSERT_OK_AND_ASSIGN(const auto checked, verify(file));
  EXPECT_TRUE(checked.verified()) << checked.problem();
  EXPECT_EQ(checked.root(), own.root());
  // A stranger needs the office's id and the file.
  ASSERT_OK_AND_ASSIGN(const auto stranger, VerifyExport(SystemFiles(), file, log.office().office));
  EXPECT_TRUE(stranger.verified()) << stranger.problem;

  EXPECT_THAT(export_to(file), Fails(Reason::REASON_FILE_EXISTS));
  EXPECT_THAT(export_to("/nowhere/at/all"), Fails(Reason::REASON_FILE_MISSING));
  EXPECT_THAT(verify("/nowhere/at/all"), Fails(Reason::REASON_FILE_MISSING));
  const auto alarms = ListAlarms(manager->session(), {});
  EXPECT_EQ(alarms->alarms_size(), 0);
}

TEST_F(VerifyTest, AlarmsAreTheEvidenceNewestFirst) {
  ASSERT_OK(KeepEvidenceOnce(manager->session(), {Reason::REASON_FORK, "one", "bytes", 5}));
  ASSERT_OK(KeepEvidenceOnce(manager->session(), {Reason::REASON_MAC, "two", "bytes", 7}));
  const auto alarms = *ListAlarms(manager->session(), {});
  ASSERT_EQ(alarms.alarms_size(), 2);
  EXPECT_EQ(alarms.alarms(0).reason(), Reason::REASON_MAC);
  EXPECT_EQ(alarms.alarms(0).what(), "two");
  EXPECT_EQ(alarms.alarms(1).seen_at_us(), 5u);
}

}  // namespace
}  // namespace qf::client
