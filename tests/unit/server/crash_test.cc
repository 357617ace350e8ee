// The power goes during every change that the disk sees while a server works; what was acknowledged is there, what is
// there is whole, and a cut is never taken for a restore. docs/protocol.md, "What must always hold" 2 and 3.
#include <gtest/gtest.h>

#include "common/base/sha256.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

using serverpb::ExchangeResponse;

// Pushes and a file, as one device sends them; what the server acknowledged.
struct Script {
  explicit Script(Office& office) : office(office), phone(office.NewDevice(recordpb::ROLE_INFORMANT)) {
    for (int pack = 0; pack < 4; ++pack) {
      packs.emplace_back();
      for (int i = 0; i < 5; ++i) packs.back().push_back(office.Report(phone, std::string(2000, 'r')));
    }
    What what;
    what.body = "with a file";
    what.blobs = {{Sha256(file), file.size()}};
    with_file = office.Make(phone, what);
  }

  void Run() {
    for (const auto& pack : packs) {
      const auto answer = office.Push(phone, pack);
      if (!answer.ok()) continue;
      for (int i = 0; i < answer->acknowledgements_size(); ++i)
        Note(pack[static_cast<size_t>(i)], answer->acknowledgements(i));
      if (answer->proofs().checkpoint().empty()) continue;
      note = answer->proofs().checkpoint();
    }
    const auto answer = office.Push(phone, {with_file});
    if (answer.ok()) Note(with_file, answer->acknowledgements(0));
    for (size_t at = 0; at < file.size(); at += 3000) Append(at);
  }

  void Note(const record::Record& record, const serverpb::Acknowledgement& got) {
    if (got.fate() != serverpb::FATE_STORED && got.fate() != serverpb::FATE_DUPLICATE) return;
    const auto found = placed.find(record.id);
    if (found != placed.end()) {
      EXPECT_EQ(found->second, got.placement().ShortDebugString());
    }
    placed[record.id] = got.placement().ShortDebugString();
  }

  void Append(size_t at) {
    serverpb::AppendRequest part;
    part.set_record_id(with_file.id.str());
    part.set_sha256(Sha256(file).str());
    part.set_offset(at);
    part.set_data(file.substr(at, 3000));
    const auto got = office.Call<serverpb::AppendResponse>(&phone, "qingfeng.server.v1.BlobService/Append", part);
    if (got.ok()) committed_bytes = got->committed_bytes();
  }

  Office& office;
  Member phone;
  std::vector<std::vector<record::Record>> packs;
  record::Record with_file;
  const std::string file = std::string(9000, 'f') + "end";
  std::map<RecordId, std::string> placed;
  uint64_t committed_bytes = 0;
  std::string note;
};

TEST(CrashTest, EveryCutLosesNothingThatWasAcknowledgedAndIsNoFalseAlarm) {
  uint64_t points = 0;
  uint64_t stored_before_cut = 0;
  for (uint64_t cut = 0;; ++cut) {
    SCOPED_TRACE(cut);
    Office office(cut + 1);
    Script script(office);
    office.disk().CutAt(cut);
    script.Run();
    const bool was_cut = office.disk().stopped();
    office.CutAndStart();
    ASSERT_FALSE(office.book().View().rolled_back);
    stored_before_cut += script.placed.size();

    // The head that was acknowledged is held, and the device's own checkpoint agrees.
    ASSERT_OK_AND_ASSIGN(const ExchangeResponse hello,
                         office.Exchange(script.phone, office.Hello(script.phone, {.checkpoint = script.note})));
    ASSERT_FALSE(hello.welcome().rolled_back());
    if (script.committed_bytes > 0) {
      serverpb::BeginRequest begin;
      begin.set_record_id(script.with_file.id.str());
      begin.set_sha256(Sha256(script.file).str());
      ASSERT_OK_AND_ASSIGN(const auto begun, office.Call<serverpb::BeginResponse>(
                                                 &script.phone, "qingfeng.server.v1.BlobService/Begin", begin));
      ASSERT_GE(begun.committed_bytes(), script.committed_bytes);
    }
    // Sent again with the same bytes, everything is there once, where it was acknowledged.
    script.Run();
    ASSERT_EQ(script.placed.size(), 21u);
    ASSERT_EQ(script.committed_bytes, script.file.size());
    ASSERT_OK_AND_ASSIGN(const ExchangeResponse all,
                         office.Exchange(office.admin, office.Hello(office.admin, {.cursors = {{"log", 0}}})));
    ASSERT_EQ(static_cast<uint64_t>(all.pages(0).entries_size()), 2u + 21u);
    if (!was_cut) break;
    ++points;
  }
  EXPECT_GT(points, 60u);
  EXPECT_GT(stored_before_cut, points);
}

TEST(CrashTest, AFailedSyncIsTellingNobodyAndTheServerSaysThatItIsBroken) {
  Office office;
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
  const record::Record report = office.Report(phone);
  office.disk().Fail(sim::DiskOperation::kSync, 0, sim::SimDisk::kForever);
  const auto first = office.PushOne(phone, report);
  EXPECT_EQ(first.fate(), serverpb::FATE_LATER);
  office.disk().StopFailing();
  EXPECT_EQ(office.PushOne(phone, report).fate(), serverpb::FATE_LATER);  // not until it was opened again
  EXPECT_TRUE(office.server().Broken());
  office.CutAndStart();
  EXPECT_FALSE(office.book().View().rolled_back);
  const auto after = office.PushOne(phone, report);
  EXPECT_TRUE(after.fate() == serverpb::FATE_STORED || after.fate() == serverpb::FATE_DUPLICATE);
}

TEST(CrashTest, AFullDiskIsLaterAndWorksAgainWhenThereIsSpace) {
  Office office;
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
  const record::Record report = office.Report(phone, std::string(200'000, 'x'));
  office.disk().SetCapacity(office.disk().UsedBytes() + 10'000);
  EXPECT_EQ(office.PushOne(phone, report).fate(), serverpb::FATE_LATER);
  office.disk().SetCapacity(sim::SimDisk::kForever);
  EXPECT_FALSE(office.server().Broken());
  EXPECT_EQ(office.PushOne(phone, report).fate(), serverpb::FATE_STORED);
  ASSERT_OK(office.Start());
  EXPECT_EQ(office.PushOne(phone, report).fate(), serverpb::FATE_DUPLICATE);
}

}  // namespace
}  // namespace qf::server
