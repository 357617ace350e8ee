#include "client-core/desk/attachments.h"

#include <filesystem>

#include "client-core/desk/arrivals.h"
#include "client-core/store/blob.h"
#include "tests/support/caller.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

std::string Picture(size_t size_bytes, SeededEntropy& entropy) {
  std::string bytes(size_bytes, '\0');
  entropy.Fill(bytes.data(), bytes.size());
  return bytes;
}

class AttachmentsTest : public DeskTest {
 protected:
  record::Record ReportWith(const std::vector<contentpb::Attachment>& files) {
    contentpb::Report report;
    report.set_title("with files");
    for (const auto& file : files) *report.add_attachments() = file;
    const auto record = phone->Report(report);
    log.Append(record);
    manager->Sync();
    return record;
  }
  // A stream of `window` messages at a time.
  std::shared_ptr<KeepingOutlet> Read(const RecordId& record, const std::string& sha256, size_t window = 1000) {
    clientpb::OpenAttachmentRequest request;
    request.set_record_id(record.str());
    request.set_sha256(sha256);
    auto outlet = std::make_shared<KeepingOutlet>(window);
    OpenAttachment(manager->desk(), request,
                   rpc::Writer<clientpb::OpenAttachmentResponse>(std::make_unique<rpc::internal::Ending>(outlet)));
    return outlet;
  }
  static std::string DataOf(const KeepingOutlet& outlet) {
    std::string data;
    for (const std::string& bytes : outlet.messages()) {
      clientpb::OpenAttachmentResponse piece;
      EXPECT_TRUE(piece.ParseFromString(bytes));
      EXPECT_LE(piece.data().size(), 64u * 1024);
      data += piece.data();
    }
    return data;
  }
  size_t FilesOnDisk() {
    size_t count = 0;
    for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(manager->folder() + "/blobs")) ++count;
    return count;
  }

  std::unique_ptr<TestDesk> manager = NewManager();
  std::unique_ptr<TestPhone> phone = NewPhone("Li");
};

TEST_F(AttachmentsTest, ComesWholeInPiecesWithItsNameAndIsKeptSealed) {
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{1000}, size_t{64 * 1024 - 8}, size_t{64 * 1024}, size_t{200'000}}) {
    const std::string bytes = Picture(size, world.entropy);
    const auto file = phone->Attach("照片.jpg", bytes);
    const auto report = ReportWith({file});
    const auto outlet = Read(report.id, file.sha256());
    world.loop.Run();
    ASSERT_TRUE(outlet->status().has_value()) << size;
    EXPECT_OK(*outlet->status());
    EXPECT_EQ(DataOf(*outlet), bytes);
    clientpb::OpenAttachmentResponse first;
    first.ParseFromString(outlet->messages()[0]);
    EXPECT_EQ(first.name(), "照片.jpg");
    EXPECT_EQ(first.media_type(), "image/jpeg");
    EXPECT_EQ(first.size_bytes(), size);
    // On disk is what the server has, and not the picture.
    const std::string kept =
        *ReadFile(SystemFiles(), BlobPath(manager->folder(), *Digest::From(file.sha256())), 1 << 20);
    EXPECT_EQ(kept, log.blobs[file.sha256()]);
  }
}

TEST_F(AttachmentsTest, ASecondReadingNeedsNoServer) {
  const std::string bytes = Picture(100'000, world.entropy);
  const auto file = phone->Attach("a.jpg", bytes);
  const auto report = ReportWith({file});
  Read(report.id, file.sha256());
  world.loop.Run();
  manager->transport().reachable = false;
  const auto outlet = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_OK(*outlet->status());
  EXPECT_EQ(DataOf(*outlet), bytes);
}

TEST_F(AttachmentsTest, NothingIsFetchedThatNobodyWantsYet) {
  const std::string bytes = Picture(1'000'000, world.entropy);
  const auto file = phone->Attach("a.jpg", bytes);
  const auto report = ReportWith({file});
  const uint64_t calls_before = manager->transport().calls;
  const auto outlet = Read(report.id, file.sha256(), 1);
  world.loop.Run();
  EXPECT_EQ(outlet->messages().size(), 1u);
  EXPECT_FALSE(outlet->status().has_value());
  EXPECT_LE(manager->transport().calls - calls_before, 70u);  // one chunk in parts of 1,000 bytes
  for (int i = 0; i < 100 && !outlet->status().has_value(); ++i) {
    outlet->Credit(1);
    world.loop.Run();
  }
  ASSERT_TRUE(outlet->status().has_value());
  EXPECT_OK(*outlet->status());
  EXPECT_EQ(DataOf(*outlet), bytes);
}

TEST_F(AttachmentsTest, ACancelledOrLockedReadingEndsAndLeavesNothing) {
  const auto file = phone->Attach("a.jpg", Picture(1'000'000, world.entropy));
  const auto report = ReportWith({file});
  const auto cancelled = Read(report.id, file.sha256(), 1);
  world.loop.Run();
  cancelled->Cancel();
  world.loop.Run();
  ASSERT_TRUE(cancelled->status().has_value());
  EXPECT_THAT(*cancelled->status(), Fails(Reason::REASON_CANCELLED));
  EXPECT_EQ(FilesOnDisk(), 0u);

  const auto locked = Read(report.id, file.sha256(), 1);
  world.loop.Run();
  manager->Reopen();
  ASSERT_TRUE(locked->status().has_value());
  EXPECT_THAT(*locked->status(), Fails(Reason::REASON_SHUTDOWN));
  EXPECT_EQ(FilesOnDisk(), 0u);
  locked->Credit(1);
  world.loop.Run();  // and nobody is there any more
}

TEST_F(AttachmentsTest, BytesThatWereChangedAreNoneOfTheFile) {
  const auto file = phone->Attach("a.jpg", Picture(150'000, world.entropy));
  const auto report = ReportWith({file});
  log.blobs[file.sha256()][140'000] ^= 1;  // in its last chunk
  const auto outlet = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_THAT(*outlet->status(), Fails(Reason::REASON_SEAL));
  EXPECT_EQ(FilesOnDisk(), 0u);

  // More than the record names.
  const auto other = phone->Attach("b.jpg", Picture(1000, world.entropy));
  const auto second = ReportWith({other});
  log.blobs[other.sha256()] += "and more";
  const auto longer = Read(second.id, other.sha256());
  world.loop.Run();
  EXPECT_THAT(*longer->status(), Fails(Reason::REASON_PROOF));
}

// A file is kept here once it was read; the server has it all the same.
TEST_F(AttachmentsTest, AKeptFileThatIsGoneOrDamagedIsFetchedAgain) {
  const std::string bytes = Picture(300'000, world.entropy);
  const auto file = phone->Attach("a.jpg", bytes);
  const auto report = ReportWith({file});
  const std::string path = BlobPath(manager->folder(), *Digest::From(file.sha256()));
  const std::string& sealed = log.blobs[file.sha256()];
  std::string in_its_first_chunk = sealed, in_its_third_chunk = sealed;
  in_its_first_chunk[1000] ^= 1;
  in_its_third_chunk[150'000] ^= 1;
  const auto damage = [&](const std::optional<std::string>& to) {
    Read(report.id, file.sha256());
    world.loop.Run();
    ASSERT_TRUE(std::filesystem::remove(path));
    if (to.has_value()) {
      ASSERT_OK(WriteFileAtomically(SystemFiles(), path, *to));
    }
  };
  for (const auto& to : std::vector<std::optional<std::string>>{std::nullopt, "", sealed.substr(0, 100'000),
                                                                in_its_first_chunk, in_its_third_chunk}) {
    damage(to);
    const auto outlet = Read(report.id, file.sha256());
    world.loop.Run();
    ASSERT_TRUE(outlet->status().has_value());
    EXPECT_OK(*outlet->status());
    EXPECT_EQ(DataOf(*outlet), bytes);
    EXPECT_EQ(*ReadFile(SystemFiles(), path, 1 << 20), sealed);
    EXPECT_EQ(FilesOnDisk(), 1u);
  }
  damage(in_its_third_chunk);
  manager->transport().reachable = false;
  const auto unreachable = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_THAT(*unreachable->status(), Fails(Reason::REASON_UNREACHABLE));
  manager->transport().reachable = true;
  const auto outlet = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_EQ(DataOf(*outlet), bytes);
}

// The only copy: it is not given up.
TEST_F(AttachmentsTest, ADamagedFileThatTheServerLacksStaysToBeSent) {
  const auto file = phone->Attach("a.jpg", Picture(1000, world.entropy));
  const auto report = ReportWith({file});
  const Digest sha256 = *Digest::From(file.sha256());
  std::string damaged = log.blobs[file.sha256()];
  damaged[500] ^= 1;
  ASSERT_OK(WriteFileAtomically(SystemFiles(), BlobPath(manager->folder(), sha256), damaged));
  ASSERT_OK(manager->session().database().Write(
      [&](sql::WriteTxn& tx) { return PutBlob(tx, {sha256, damaged.size(), report.header.item, 0, false, true}); }));
  const auto outlet = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_THAT(*outlet->status(), Fails(Reason::REASON_SEAL));
  EXPECT_TRUE(manager->session().database().Read([&](sql::ReadTxn& tx) { return FindBlob(tx, sha256); })->value().here);
}

TEST_F(AttachmentsTest, AnotherFileThanItsReporterAttachedIsFound) {
  auto file = phone->Attach("a.jpg", Picture(1000, world.entropy));
  file.set_plain_sha256(std::string(32, 'x'));
  const auto report = ReportWith({file});
  const auto outlet = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_THAT(*outlet->status(), Fails(Reason::REASON_SEAL));
}

TEST_F(AttachmentsTest, WhatIsNotThereIsSaid) {
  const auto file = phone->Attach("a.jpg", Picture(1000, world.entropy));
  const auto report = ReportWith({file});
  EXPECT_THAT(*Read(report.id, std::string(32, 'n'))->status(), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(*Read(*RecordId::From(std::string(32, 'n')), file.sha256())->status(), Fails(Reason::REASON_NOT_FOUND));
  log.blobs.erase(file.sha256());  // still on its way to the server
  const auto outlet = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_THAT(*outlet->status(), Fails(Reason::REASON_NOT_FOUND));
  manager->transport().reachable = false;
  const auto unreachable = Read(report.id, file.sha256());
  world.loop.Run();
  EXPECT_THAT(*unreachable->status(), Fails(Reason::REASON_UNREACHABLE));
}

TEST_F(AttachmentsTest, TheArrivalSaysHowManyFilesAreHere) {
  const auto a = phone->Attach("a.jpg", Picture(1000, world.entropy)),
             b = phone->Attach("b.jpg", Picture(2000, world.entropy));
  const auto report = ReportWith({a, b});
  const std::string waiting = log.blobs[b.sha256()];
  log.blobs.erase(b.sha256());
  clientpb::GetArrivalRequest request;
  request.set_record_id(report.id.str());
  std::optional<clientpb::GetArrivalResponse> answer;
  const auto ask = [&] {
    answer.reset();
    GetArrival(manager->desk(), request, [&](absl::StatusOr<clientpb::GetArrivalResponse> response) {
      ASSERT_OK(response);
      answer = *response;
    });
    world.loop.Run();
    ASSERT_TRUE(answer.has_value());
  };
  ask();
  EXPECT_EQ(answer->arrival().files(), 2u);
  EXPECT_EQ(answer->arrival().files_here(), 1u);
  ASSERT_EQ(answer->files_size(), 2);
  EXPECT_EQ(answer->files(0).name(), "a.jpg");
  EXPECT_TRUE(answer->files(0).here());
  EXPECT_FALSE(answer->files(1).here());
  log.blobs[b.sha256()] = waiting;
  ask();
  EXPECT_EQ(answer->arrival().files_here(), 2u);
  manager->transport().reachable = false;
  ask();  // what is known is shown off line, too
  EXPECT_EQ(answer->arrival().files_here(), 2u);
  EXPECT_TRUE(answer->arrival().report().attachments().empty());
}

}  // namespace
}  // namespace qf::client
