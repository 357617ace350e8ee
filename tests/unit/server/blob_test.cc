// Files of records: resumed, checked, given to whoever may. docs/protocol.md, "Blobs".
#include <gtest/gtest.h>

#include <deque>

#include "common/base/sha256.h"
#include "server/store/blobs.h"
#include "server/sync/blob_service.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

using serverpb::AppendResponse;
using serverpb::BeginResponse;
using serverpb::ReadResponse;

class BlobTest : public ::testing::Test {
 protected:
  static constexpr char kService[] = "qingfeng.server.v1.BlobService/";

  static record::BlobRef RefOf(const std::string& bytes) { return {Sha256(bytes), bytes.size()}; }
  record::Record ReportWith(Member& author, const std::vector<std::string>& files) {
    What what;
    what.body = "with files";
    for (const std::string& file : files) what.blobs.push_back(RefOf(file));
    return office.Make(author, what);
  }
  absl::StatusOr<BeginResponse> Begin(const Member& who, const record::Record& record, const std::string& file) {
    serverpb::BeginRequest request;
    request.set_record_id(record.id.str());
    request.set_sha256(Sha256(file).str());
    return office.Call<BeginResponse>(&who, std::string(kService) + "Begin", request);
  }
  serverpb::AppendRequest PartOf(const record::Record& record, const std::string& file, uint64_t offset, Bytes data) {
    serverpb::AppendRequest request;
    request.set_record_id(record.id.str());
    request.set_sha256(Sha256(file).str());
    request.set_offset(offset);
    request.set_data(data.data(), data.size());
    return request;
  }
  absl::StatusOr<AppendResponse> Append(const Member& who, const record::Record& record, const std::string& file,
                                        uint64_t offset, Bytes data) {
    return office.Call<AppendResponse>(&who, std::string(kService) + "Append", PartOf(record, file, offset, data));
  }
  absl::StatusOr<ReadResponse> Read(const Member& who, const record::Record& record, const std::string& file,
                                    uint64_t offset, uint32_t size_bytes_max = 0) {
    serverpb::ReadRequest request;
    request.set_record_id(record.id.str());
    request.set_sha256(Sha256(file).str());
    request.set_offset(offset);
    request.set_size_bytes_max(size_bytes_max);
    return office.Call<ReadResponse>(&who, std::string(kService) + "Read", request);
  }
  void Upload(const Member& who, const record::Record& record, const std::string& file, size_t part = 256 * 1024) {
    for (size_t at = 0; at < file.size(); at += part) {
      const auto got = Append(who, record, file, at, Bytes(file).substr(at, part));
      ASSERT_OK(got);
      ASSERT_EQ(got->committed_bytes(), std::min(at + part, file.size()));
    }
  }
  std::string File(size_t size_bytes) { return std::string(office.world.entropy.RandomSecret(size_bytes).bytes()); }

  Office office;
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
  Member desk = office.NewDevice(recordpb::ROLE_DUTY_OFFICER);
};

TEST_F(BlobTest, AFileComesInPartsAndIsReadByADesk) {
  const std::string file = File(700'000);
  const record::Record record = ReportWith(phone, {file});
  const auto got = office.PushOne(phone, record);
  ASSERT_EQ(got.missing_blobs_size(), 1);
  EXPECT_EQ(got.missing_blobs(0), Sha256(file).str());
  ASSERT_OK_AND_ASSIGN(const auto begun, Begin(phone, record, file));
  EXPECT_EQ(begun.committed_bytes(), 0u);
  EXPECT_FALSE(begun.complete());
  Upload(phone, record, file);
  ASSERT_OK_AND_ASSIGN(const auto done, Begin(phone, record, file));
  EXPECT_TRUE(done.complete());
  EXPECT_EQ(office.PushOne(phone, record).missing_blobs_size(), 0);

  std::string read;
  while (read.size() < file.size()) {
    ASSERT_OK_AND_ASSIGN(const auto piece, Read(desk, record, file, read.size()));
    EXPECT_TRUE(piece.complete());
    ASSERT_FALSE(piece.data().empty());
    EXPECT_LE(piece.data().size(), limits::kAppendBytes);
    read += piece.data();
  }
  EXPECT_EQ(read, file);
  ASSERT_OK_AND_ASSIGN(const auto end, Read(desk, record, file, file.size()));
  EXPECT_TRUE(end.data().empty());
  ASSERT_OK_AND_ASSIGN(const auto small, Read(desk, record, file, 10, 7));
  EXPECT_EQ(small.data(), file.substr(10, 7));
}

TEST_F(BlobTest, WhatHasRestedForThirtyDaysMakesRoomAndBeginsAnew) {
  const std::string file = File(300'000);
  const record::Record record = ReportWith(phone, {file});
  const std::string other = File(500);
  const record::Record record_of_other = ReportWith(phone, {other, File(600)});
  office.Store(phone, {record, record_of_other});
  ASSERT_OK(Append(phone, record, file, 0, Bytes(file).substr(0, 200'000)));
  const auto file_there = [&] {
    const std::string name = Sha256(file).hex();
    const std::string path =
        absl::StrCat(Office::kDir, "/blobs/", name.substr(0, 2), "/", name.substr(2), "-", file.size());
    return *office.disk().Exists(path);
  };
  ASSERT_TRUE(file_there());

  office.world.loop.Advance(limits::kBlobPartRestUs - kMicrosPerDay);
  ASSERT_OK(Append(phone, record_of_other, other, 0, Bytes(other).substr(0, 100)));
  EXPECT_EQ(Begin(phone, record, file)->committed_bytes(), 200'000u);

  office.world.loop.Advance(2 * kMicrosPerDay);
  ASSERT_OK(Append(phone, record_of_other, other, 100, Bytes(other).substr(100)));
  EXPECT_EQ(Begin(phone, record, file)->committed_bytes(), 0u);
  EXPECT_FALSE(file_there());
  Upload(phone, record, file);
  EXPECT_TRUE(Begin(phone, record, file)->complete());
}

TEST_F(BlobTest, UntilItIsCompleteTheRecordIsLacking) {
  const std::string one = File(1000);
  const std::string two = File(2000);
  const record::Record record = ReportWith(phone, {one, two});
  office.Store(phone, {record});
  const auto lacking = [&] { return office.Exchange(phone, office.Hello(phone))->welcome().lacking_size(); };
  EXPECT_EQ(lacking(), 1);
  Upload(phone, record, one);
  EXPECT_EQ(lacking(), 1);
  EXPECT_EQ(office.PushOne(phone, record).missing_blobs_size(), 1);
  Upload(phone, record, two);
  EXPECT_EQ(lacking(), 0);
  // Another record that names the same file lacks nothing.
  EXPECT_EQ(office.PushOne(phone, ReportWith(phone, {one})).missing_blobs_size(), 0);
  EXPECT_EQ(lacking(), 0);
}

TEST_F(BlobTest, AnUploadGoesOnWhereItStoppedAlsoAfterAStart) {
  const std::string file = File(300'000);
  const record::Record record = ReportWith(phone, {file});
  office.Store(phone, {record});
  ASSERT_OK(Append(phone, record, file, 0, Bytes(file).substr(0, 100'000)));
  ASSERT_OK(office.Start());
  ASSERT_OK_AND_ASSIGN(const auto begun, Begin(phone, record, file));
  EXPECT_EQ(begun.committed_bytes(), 100'000u);
  ASSERT_OK_AND_ASSIGN(const auto done, Append(phone, record, file, 100'000, Bytes(file).substr(100'000)));
  EXPECT_TRUE(done.complete());
  ASSERT_OK_AND_ASSIGN(const auto read, Read(desk, record, file, 99'990, 20));
  EXPECT_EQ(read.data(), file.substr(99'990, 20));
}

// The digest does not run over a start, so the whole file is read at its end. Each of the reads fails once.
TEST_F(BlobTest, ADiskThatErrsAtTheEndOfAFileIsTriedAgain) {
  const auto errors = [&] { return office.disk().count(sim::DiskEvent::kReadError); };
  size_t told = 0;
  for (uint64_t reads = 0;; ++reads) {
    SCOPED_TRACE(reads);
    const std::string file = File(300'000);
    const record::Record record = ReportWith(phone, {file});
    office.Store(phone, {record});
    ASSERT_OK(Append(phone, record, file, 0, Bytes(file).substr(0, 100'000)));
    ASSERT_OK(office.Start());
    const uint64_t errors_before = errors();
    office.disk().Fail(sim::DiskOperation::kRead, reads, 1);
    auto last = Append(phone, record, file, 100'000, Bytes(file).substr(100'000));
    office.disk().StopFailing();
    if (!last.ok()) {
      ++told;
      EXPECT_THAT(last, Fails(Reason::REASON_NOT_LEADER));
      ASSERT_OK_AND_ASSIGN(const auto begun, Begin(phone, record, file));
      const uint64_t from = begun.committed_bytes();
      ASSERT_LT(from, file.size());
      last = Append(phone, record, file, from, Bytes(file).substr(from));
    }
    ASSERT_OK(last);
    EXPECT_TRUE(last->complete());
    if (errors() == errors_before) break;
  }
  EXPECT_GT(told, 0u);
}

TEST_F(BlobTest, ADiskThatErrsWhereAFileIsLookedForSaysThatNoWritesAreTaken) {
  const std::string file = File(1000);
  const record::Record record = ReportWith(phone, {file});
  office.Store(phone, {record});
  Upload(phone, record, file);
  ASSERT_OK(office.server().database().Write([](sql::WriteTxn& tx) { return SetIncomplete(tx, 1); }));
  office.disk().Fail(sim::DiskOperation::kRead, 0, sim::SimDisk::kForever);
  EXPECT_THAT(Begin(phone, record, file), Fails(Reason::REASON_NOT_LEADER));
  EXPECT_THAT(Read(desk, record, file, 0), Fails(Reason::REASON_NOT_LEADER));
  office.disk().StopFailing();
  EXPECT_TRUE(Begin(phone, record, file)->complete());
}

TEST_F(BlobTest, AGapTellsTheTrueOffsetAndTheSameBytesAreFine) {
  const std::string file = File(50'000);
  const record::Record record = ReportWith(phone, {file});
  office.Store(phone, {record});
  ASSERT_OK(Append(phone, record, file, 0, Bytes(file).substr(0, 20'000)));
  ASSERT_OK_AND_ASSIGN(const auto gap, Append(phone, record, file, 30'000, Bytes(file).substr(30'000)));
  EXPECT_EQ(gap.committed_bytes(), 20'000u);
  ASSERT_OK_AND_ASSIGN(const auto same, Append(phone, record, file, 0, Bytes(file).substr(0, 10'000)));
  EXPECT_EQ(same.committed_bytes(), 20'000u);
  ASSERT_OK_AND_ASSIGN(const auto overlap, Append(phone, record, file, 10'000, Bytes(file).substr(10'000)));
  EXPECT_TRUE(overlap.complete());
  ASSERT_OK_AND_ASSIGN(const auto after, Append(phone, record, file, 0, std::string(1000, 'z')));
  EXPECT_TRUE(after.complete());  // nothing is written any more
  ASSERT_OK_AND_ASSIGN(const auto read, Read(desk, record, file, 0));
  EXPECT_EQ(read.data(), file);
}

TEST_F(BlobTest, FourPartsInFlight) {
  const std::string file = File(1'000'000);
  const record::Record record = ReportWith(phone, {file});
  office.Store(phone, {record});
  std::vector<std::shared_ptr<KeepingOutlet>> calls;
  for (size_t at = 0; at < file.size(); at += 250'000) {
    calls.push_back(office.Start(&phone, std::string(kService) + "Append",
                                 PartOf(record, file, at, Bytes(file).substr(at, 250'000))));
  }
  office.world.loop.Run();
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const auto got, ResultOf<AppendResponse>(*calls[i]));
    EXPECT_EQ(got.committed_bytes(), (i + 1) * 250'000);
  }
  EXPECT_TRUE(Begin(phone, record, file)->complete());
}

TEST_F(BlobTest, WrongBytesAreFoundAtTheEndAndAllComesAgain) {
  const std::string file = File(40'000);
  const record::Record record = ReportWith(phone, {file});
  office.Store(phone, {record});
  std::string wrong = file;
  wrong[123] = static_cast<char>(wrong[123] ^ 1);
  ASSERT_OK(Append(phone, record, file, 0, Bytes(wrong).substr(0, 20'000)));
  ASSERT_OK_AND_ASSIGN(const auto end, Append(phone, record, file, 20'000, Bytes(wrong).substr(20'000)));
  EXPECT_EQ(end.committed_bytes(), 0u);
  EXPECT_FALSE(end.complete());
  EXPECT_TRUE(Read(desk, record, file, 0)->data().empty());
  Upload(phone, record, file, 15'000);
  EXPECT_TRUE(Begin(phone, record, file)->complete());
  EXPECT_EQ(Read(desk, record, file, 0)->data(), file);
}

TEST_F(BlobTest, OnlyWhoMay) {
  const std::string file = File(1000);
  const record::Record report = ReportWith(phone, {file});
  Member other = office.NewDevice(recordpb::ROLE_INFORMANT);
  office.Store(phone, {report});
  EXPECT_THAT(Begin(other, report, file), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(Append(other, report, file, 0, file), Fails(Reason::REASON_ROLE));
  Upload(phone, report, file);
  EXPECT_THAT(Read(other, report, file, 0), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(Read(phone, report, file, 0), Fails(Reason::REASON_ROLE));  // `office` is not pulled by phones
  EXPECT_OK(Read(office.admin, report, file, 0));

  // What stands in an inbox is for its device.
  What letter{record::Feed::Inbox(phone.key()), recordpb::KIND_MESSAGE, {}, "look", {RefOf(File(10))}};
  const std::string picture = File(2000);
  letter.blobs = {RefOf(picture)};
  const record::Record message = office.Make(desk, letter);
  office.Store(desk, {message});
  Upload(desk, message, picture);
  EXPECT_EQ(Read(phone, message, picture, 0)->data(), picture);
  EXPECT_THAT(Read(other, message, picture, 0), Fails(Reason::REASON_ROLE));

  // A refused record has no files.
  What forbidden{record::Feed::Broadcast(), recordpb::KIND_ATTEST, {}, "x", {RefOf(file)}};
  const record::Record refused = office.Make(phone, forbidden);
  office.PushOne(phone, refused);
  EXPECT_THAT(Begin(phone, refused, file), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(Begin(phone, report, "another file"), Fails(Reason::REASON_NOT_FOUND));
}

TEST_F(BlobTest, ADrainingDeviceStillBringsItsFiles) {
  const std::string file = File(1000);
  const record::Record report = ReportWith(phone, {file});
  office.Store(phone, {report});
  office.Store(office.admin, {office.Revoke(phone, recordpb::REVOKE_MODE_DRAIN)});
  Upload(phone, report, file);
  EXPECT_TRUE(Begin(desk, report, file)->complete());
  EXPECT_THAT(Read(phone, report, file, 0), Fails(Reason::REASON_REVOKED));
}

TEST_F(BlobTest, PartsThatBreakTheBoundsAreNoFrame) {
  const std::string file = File(300'000);
  const record::Record report = ReportWith(phone, {file});
  office.Store(phone, {report});
  EXPECT_THAT(Append(phone, report, file, 0, Bytes(file).substr(0, limits::kAppendBytes + 1)),
              Fails(Reason::REASON_FRAME));
  EXPECT_THAT(Append(phone, report, file, 299'999, "xx"), Fails(Reason::REASON_FRAME));
  EXPECT_THAT(Append(phone, report, file, UINT64_MAX, "x"), Fails(Reason::REASON_FRAME));
  serverpb::BeginRequest request;
  request.set_record_id("short");
  EXPECT_THAT(office.Call<BeginResponse>(&phone, std::string(kService) + "Begin", request),
              Fails(Reason::REASON_FRAME));
}

// A clock that was set back would otherwise begin the day anew.
TEST_F(BlobTest, FilesCountByTheSameDayAsRecords) {
  office.limits.records_per_day = 2;
  ASSERT_OK(office.Start());
  const std::string file = File(1000);
  const record::Record report = ReportWith(phone, {file});
  office.Store(phone, {report, office.Report(phone)});
  office.world.clock.now_us -= kMicrosPerDay;
  Upload(phone, report, file);
  office.world.clock.now_us += kMicrosPerDay;
  EXPECT_EQ(office.PushOne(phone, office.Report(phone)).reason(), Reason::REASON_QUOTA);
}

// Keeps what it is given until it is told to run it.
class HeldWorker final : public Worker {
 public:
  void Run(Task work, Task) override { waiting.push_back(std::move(work)); }
  std::deque<Task> waiting;
};

TEST_F(BlobTest, CallsThatWaitForTheDiskAreBoundedHoweverSmall) {
  const std::string file = File(1000);
  const record::Record report = ReportWith(phone, {file});
  office.Store(phone, {report});
  HeldWorker worker;
  World world{office.world.clock, office.world.loop, worker, office.world.entropy, office.disk()};
  const auto files = BlobFiles::Open(office.disk(), std::string(Office::kDir) + "/blobs");
  ASSERT_OK(files);
  sql::Database& database = office.server().database();
  auto writer = sql::GroupWriter::OnLoop(database, office.world.loop, {});
  BlobService service(world, office.book(), database, *writer, **files, limits::kBytesPerDay);
  rpc::MethodTable table;
  service.AddTo(table);
  const auto call = [&](const char* method, const std::string& request) {
    rpc::CallInfo info = office.InfoOf(&phone, std::string(kService) + method);
    info.principal = phone.key();
    auto outlet = std::make_shared<KeepingOutlet>(SIZE_MAX);
    table.Call(info, request, outlet);
    return outlet;
  };
  serverpb::BeginRequest begin;
  begin.set_record_id(report.id.str());
  begin.set_sha256(Sha256(file).str());
  const std::string requests[] = {PartOf(report, file, 0, "").SerializeAsString(), begin.SerializeAsString()};
  const char* const methods[] = {"Append", "Begin"};

  std::vector<std::shared_ptr<KeepingOutlet>> calls;
  for (size_t i = 0; i < 10'000; ++i) calls.push_back(call(methods[i % 2], requests[i % 2]));
  EXPECT_LT(worker.waiting.size(), 5'000u);
  EXPECT_THAT(*calls[9'998]->status(), Fails(Reason::REASON_BUSY));
  EXPECT_THAT(*calls[9'999]->status(), Fails(Reason::REASON_BUSY));
  for (; !worker.waiting.empty(); worker.waiting.pop_front()) {
    worker.waiting.front()();
    office.world.loop.Run();
  }
  EXPECT_OK(*calls[0]->status());
  EXPECT_FALSE(call(methods[0], requests[0])->status().has_value());  // there is room again
  worker.waiting.front()();
  office.world.loop.Run();
}

TEST_F(BlobTest, TwoRecordsThatGiveOneDigestTwoSizesMeanTwoThings) {
  const std::string file = File(5000);
  What lie;
  lie.blobs = {{Sha256(file), 10}};
  const record::Record liar = office.Make(phone, lie);
  const record::Record honest = ReportWith(phone, {file});
  office.Store(phone, {liar, honest});
  Upload(phone, honest, file);
  EXPECT_TRUE(Begin(phone, honest, file)->complete());
  ASSERT_OK_AND_ASSIGN(const auto lied, Append(phone, liar, file, 0, Bytes(file).substr(0, 10)));
  EXPECT_EQ(lied.committed_bytes(), 0u);
  EXPECT_EQ(Read(desk, honest, file, 0)->data(), file);
}

TEST_F(BlobTest, AFileThatLiesThereAlreadyIsFound) {
  const std::string file = File(60'000);
  const record::Record report = ReportWith(phone, {file});
  office.Store(phone, {report});
  Upload(phone, report, file);
  // The database of before the upload comes back; the file is still there.
  ASSERT_OK(office.server().database().Write([](sql::WriteTxn& tx) { return SetIncomplete(tx, 1); }));
  EXPECT_EQ(office.Exchange(phone, office.Hello(phone))->welcome().lacking_size(), 1);
  EXPECT_TRUE(Begin(phone, report, file)->complete());
  EXPECT_EQ(office.Exchange(phone, office.Hello(phone))->welcome().lacking_size(), 0);
}

TEST_F(BlobTest, AFileThatIsGoneIsLackingAgainOnceSomebodyLooks) {
  const std::string file = File(60'000);
  const record::Record report = ReportWith(phone, {file});
  office.Store(phone, {report});
  Upload(phone, report, file);
  const std::string hex = Sha256(file).hex();
  ASSERT_OK(
      office.disk().Remove(std::string(Office::kDir) + "/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2) + "-60000"));
  ASSERT_OK_AND_ASSIGN(const auto read, Read(desk, report, file, 0));
  EXPECT_TRUE(read.data().empty());
  EXPECT_EQ(office.Exchange(phone, office.Hello(phone))->welcome().lacking_size(), 1);
  EXPECT_EQ(office.PushOne(phone, report).missing_blobs_size(), 1);
  Upload(phone, report, file);
  EXPECT_EQ(Read(desk, report, file, 0)->data(), file);
}

}  // namespace
}  // namespace qf::server
