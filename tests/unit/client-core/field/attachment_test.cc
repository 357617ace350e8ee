#include "client-core/field/attachment.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <set>

#include "absl/strings/match.h"
#include "client-core/api/layout.h"
#include "client-core/field/content.h"
#include "client-core/store/blob.h"
#include "common/sealing/blob.h"
#include "tests/unit/client-core/api/test_device.h"
#include "tests/unit/client-core/field/pictures.h"

namespace qf::client {
namespace {

// A device with a draft, and files to attach on the same disk.
struct Writer {
  explicit Writer(uint64_t seed = 1) : device(seed) {
    EXPECT_OK(device.Settle(office));
    contentpb::Report report;
    report.set_violation("ban.canvassing");
    report.set_what("见附件");
    clientpb::CreateDraftRequest request;
    *request.mutable_report() = report;
    draft_id = device.Call<clientpb::CreateDraftResponse>("FieldService/CreateDraft", request)->draft().draft_id();
    EXPECT_OK(device.disk.MakeDir("camera"));
  }
  void Photo(const std::string& name, const std::string& bytes) {
    EXPECT_OK(WriteFileAtomically(device.disk, "camera/" + name, bytes));
    device.disk.Scan("");  // the camera's own files are not ours to answer for
  }
  absl::StatusOr<clientpb::AttachmentInfo> Attach(const std::string& name, bool keep_metadata = false) {
    clientpb::AttachFileRequest request;
    request.set_draft_id(draft_id);
    request.set_path("camera/" + name);
    request.set_keep_metadata(keep_metadata);
    return AttachAs(request);
  }
  absl::StatusOr<clientpb::AttachmentInfo> AttachAs(const clientpb::AttachFileRequest& request) {
    QF_TRY_ASSIGN(auto response, device.Call<clientpb::AttachFileResponse>("FieldService/AttachFile", request));
    return response.file();
  }
  absl::StatusOr<std::string> Read(const std::string& item_id, const std::string& sha256) {
    clientpb::ReadAttachmentRequest request;
    request.set_item_id(item_id);
    request.set_sha256(sha256);
    auto call = StartCall(*device.table, "qingfeng.client.v1.FieldService/ReadAttachment", request);
    device.world.loop.Run();
    if (!call->status().has_value()) return Error(Reason::REASON_DEADLINE, "no end");
    QF_TRY(*call->status());
    std::string out;
    for (const std::string& bytes : call->messages()) {
      clientpb::ReadAttachmentResponse piece;
      EXPECT_TRUE(piece.ParseFromString(bytes));
      EXPECT_LE(piece.data().size(), 64u * 1024);
      out += piece.data();
    }
    return out;
  }
  absl::StatusOr<clientpb::Item> File() {
    clientpb::FileReportRequest request;
    request.set_draft_id(draft_id);
    QF_TRY_ASSIGN(auto response, device.Call<clientpb::FileReportResponse>("FieldService/FileReport", request));
    return response.item();
  }
  clientpb::Draft Draft() {
    clientpb::GetDraftRequest request;
    request.set_draft_id(draft_id);
    return device.Call<clientpb::GetDraftResponse>("FieldService/GetDraft", request)->draft();
  }
  std::vector<std::string> SealedFiles() { return *device.disk.List(BlobFolder(kFolder)); }

  TestDevice device;
  TestOffice office;
  std::string draft_id;
};

std::string Document(size_t size_bytes) {
  std::string out = "%PDF-1.7 ";
  while (out.size() < size_bytes) out += absl::StrCat("line ", out.size(), " ", kCanary, "\n");
  out.resize(size_bytes);
  return out;
}

TEST(Attachment, IsSealedAndComesBack) {
  for (const size_t size : {size_t{9}, size_t{65'528}, size_t{1'000'000}}) {
    Writer writer;
    const std::string document = Document(size);
    writer.Photo("scan.pdf", document);
    ASSERT_OK_AND_ASSIGN(const auto file, writer.Attach("scan.pdf"));
    EXPECT_EQ(file.name(), "scan.pdf");
    EXPECT_EQ(file.media_type(), "application/pdf");
    EXPECT_EQ(file.size_bytes(), size);
    EXPECT_EQ(file.sealed_bytes(), *sealing::SealedBlobSize(size));
    EXPECT_TRUE(file.here());
    EXPECT_EQ(file.sent_bytes(), 0u);
    ASSERT_OK_AND_ASSIGN(const std::string read, writer.Read(writer.draft_id, file.sha256()));
    EXPECT_EQ(read, document);
    EXPECT_EQ(writer.SealedFiles(), std::vector<std::string>{ToHex(file.sha256())});
  }
}

TEST(Attachment, NothingOfItIsOnTheDiskInTheClear) {
  Writer writer;
  writer.Photo("scan.pdf", Document(200'000));
  ASSERT_OK(writer.Attach("scan.pdf"));
  // The camera's own file, and nothing else.
  EXPECT_EQ(writer.device.disk.Scan(kCanary), std::vector<std::string>{"camera/scan.pdf"});
}

TEST(Attachment, APictureLosesItsMetadata) {
  for (const bool png : {false, true}) {
    Writer writer;
    writer.Photo("IMG_1", png ? PngWithMetadata(6) : JpegWithMetadata(6));
    ASSERT_OK_AND_ASSIGN(const auto file, writer.Attach("IMG_1"));
    EXPECT_FALSE(file.metadata_kept());
    EXPECT_EQ(file.media_type(), png ? "image/png" : "image/jpeg");
    ASSERT_OK_AND_ASSIGN(const std::string read, writer.Read(writer.draft_id, file.sha256()));
    EXPECT_FALSE(absl::StrContains(read, kCanary));
    EXPECT_EQ(read.size(), file.size_bytes());
  }
}

TEST(Attachment, ANameDoesNotHideAPicture) {
  Writer writer;
  writer.Photo("letter.pdf", JpegWithMetadata(1));
  clientpb::AttachFileRequest request;
  request.set_draft_id(writer.draft_id);
  request.set_path("camera/letter.pdf");
  request.set_media_type("application/pdf");
  ASSERT_OK_AND_ASSIGN(const auto file, writer.AttachAs(request));
  ASSERT_OK_AND_ASSIGN(const std::string read, writer.Read(writer.draft_id, file.sha256()));
  EXPECT_FALSE(absl::StrContains(read, kCanary));
}

TEST(Attachment, MetadataStayWhenAskedTo) {
  Writer writer;
  const std::string photo = JpegWithMetadata(6);
  writer.Photo("IMG_1", photo);
  ASSERT_OK_AND_ASSIGN(const auto file, writer.Attach("IMG_1", true));
  EXPECT_TRUE(file.metadata_kept());
  ASSERT_OK_AND_ASSIGN(const std::string read, writer.Read(writer.draft_id, file.sha256()));
  EXPECT_EQ(read, photo);
}

TEST(Attachment, APictureThatCannotBeCleanedIsRefused) {
  Writer writer;
  const std::string whole = JpegWithMetadata(1);
  writer.Photo("cut.jpg", whole.substr(0, whole.size() - 40));  // within the pixels
  writer.Photo("IMG.HEIC", std::string("\0\0\0\x18"
                                       "ftypheic",
                                       12) +
                               kCanary);
  for (const char* name : {"cut.jpg", "IMG.HEIC"}) {
    EXPECT_THAT(writer.Attach(name), Fails(Reason::REASON_ATTACHMENT_TYPE)) << name;
    EXPECT_TRUE(writer.SealedFiles().empty());
    EXPECT_OK(writer.Attach(name, true));
    clientpb::DetachFileRequest detach;
    detach.set_draft_id(writer.draft_id);
    detach.set_sha256(writer.Draft().files(0).sha256());
    EXPECT_OK(writer.device.Call<clientpb::DetachFileResponse>("FieldService/DetachFile", detach));
    EXPECT_TRUE(writer.SealedFiles().empty());
  }
}

TEST(Attachment, GoesIntoTheRecordOfItsReport) {
  Writer writer;
  writer.Photo("one.pdf", Document(1000));
  writer.Photo("two.pdf", Document(2000));
  ASSERT_OK_AND_ASSIGN(const auto one, writer.Attach("one.pdf"));
  ASSERT_OK_AND_ASSIGN(const auto two, writer.Attach("two.pdf"));
  ASSERT_OK_AND_ASSIGN(const auto filed, writer.File());
  ASSERT_EQ(filed.files_size(), 2);
  EXPECT_EQ(filed.files(1).name(), "two.pdf");
  ASSERT_OK_AND_ASSIGN(const Item item, writer.device.session().database().Read([&](sql::ReadTxn& tx) {
    return GetItem(tx, *ItemId::From(filed.item_id()));
  }));
  ASSERT_EQ(item.blobs.size(), 2u);
  EXPECT_EQ(item.files_left, 2u);
  EXPECT_EQ(item.blobs[0].sha256.bytes(), one.sha256());
  EXPECT_EQ(item.blobs[1].size_bytes, two.sealed_bytes());
  // Keys are inside the seal, and nowhere that a screen sees.
  ASSERT_OK_AND_ASSIGN(const auto content, ContentOf(item));
  EXPECT_EQ(content.report().attachments(0).key().size(), 32u);
  ASSERT_OK_AND_ASSIGN(const std::string read, writer.Read(filed.item_id(), two.sha256()));
  EXPECT_EQ(read, Document(2000));
}

TEST(Attachment, SavingAnswersDoesNotTouchFiles) {
  Writer writer;
  writer.Photo("one.pdf", Document(1000));
  ASSERT_OK(writer.Attach("one.pdf"));
  clientpb::SaveDraftRequest save;
  save.set_draft_id(writer.draft_id);
  save.mutable_report()->set_what("another text");
  save.mutable_report()->add_attachments()->set_name("forged");
  ASSERT_OK(writer.device.Call<clientpb::SaveDraftResponse>("FieldService/SaveDraft", save));
  ASSERT_EQ(writer.Draft().files_size(), 1);
  EXPECT_EQ(writer.Draft().files(0).name(), "one.pdf");
  EXPECT_EQ(writer.Draft().report().attachments_size(), 0);
}

TEST(Attachment, StaysWithAReportThatIsTakenBack) {
  Writer writer;
  writer.Photo("one.pdf", Document(1000));
  ASSERT_OK_AND_ASSIGN(const auto file, writer.Attach("one.pdf"));
  ASSERT_OK(writer.File());
  clientpb::WithdrawItemRequest request;
  request.set_item_id(writer.draft_id);
  ASSERT_OK(writer.device.Call<clientpb::WithdrawItemResponse>("FieldService/WithdrawItem", request));
  EXPECT_EQ(writer.Draft().files_size(), 1);
  EXPECT_EQ(*writer.Read(writer.draft_id, file.sha256()), Document(1000));
  EXPECT_OK(writer.File());
}

TEST(Attachment, GoesWithADraftThatIsDiscarded) {
  Writer writer;
  writer.Photo("one.pdf", Document(1000));
  ASSERT_OK(writer.Attach("one.pdf"));
  clientpb::DiscardDraftRequest request;
  request.set_draft_id(writer.draft_id);
  ASSERT_OK(writer.device.Call<clientpb::DiscardDraftResponse>("FieldService/DiscardDraft", request));
  EXPECT_TRUE(writer.SealedFiles().empty());
}

TEST(Attachment, WrongRequestsSaySo) {
  Writer writer;
  writer.Photo("one.pdf", Document(1000));
  EXPECT_THAT(writer.Attach("missing.pdf"), Fails(Reason::REASON_FILE_MISSING));
  clientpb::AttachFileRequest request;
  request.set_draft_id(writer.draft_id);
  EXPECT_THAT(writer.AttachAs(request), Fails(Reason::REASON_FORM));
  request.set_path("camera/one.pdf");
  request.set_name(std::string(256, 'x'));
  EXPECT_THAT(writer.AttachAs(request), Fails(Reason::REASON_FORM));
  request.set_name("");
  request.set_draft_id(std::string(16, 'x'));
  EXPECT_THAT(writer.AttachAs(request), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(writer.Read(writer.draft_id, std::string(32, 'x')), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_TRUE(writer.SealedFiles().empty());
}

// What a script in a page could ask for otherwise: any file that the program may read.
TEST(Attachment, APageNamesNoFileOfThisMachine) {
  Writer writer;
  writer.Photo("one.pdf", Document(1000));
  writer.device.End();
  writer.device.Start();
  clientpb::OpenRequest open;
  open.set_folder(kFolder);
  open.set_for_pages(true);
  ASSERT_OK(writer.device.Call<clientpb::OpenResponse>("VaultService/Open", open));
  ASSERT_OK(writer.device.Unlock());
  EXPECT_THAT(writer.Attach("one.pdf"), Fails(Reason::REASON_STATE));
  clientpb::AttachFileRequest request;
  request.set_draft_id(writer.draft_id);
  request.set_fd(0);
  EXPECT_THAT(writer.AttachAs(request), Fails(Reason::REASON_STATE));
  clientpb::PutFilePartRequest part;
  part.set_file_id(std::string(16, 'f'));
  part.set_data(Document(1000));
  ASSERT_OK(writer.device.Call<clientpb::PutFilePartResponse>("FieldService/PutFilePart", part));
  request.set_file_id(part.file_id());
  EXPECT_OK(writer.AttachAs(request));
}

TEST(Attachment, AtMost32OfAReport) {
  Writer writer;
  writer.Photo("one.pdf", Document(10));
  for (int i = 0; i < 32; ++i) ASSERT_OK(writer.Attach("one.pdf"));
  EXPECT_THAT(writer.Attach("one.pdf"), Fails(Reason::REASON_TOO_LARGE));
  ASSERT_OK(writer.File());
}

TEST(Attachment, ADescriptorIsReadAndStaysTheCallers) {
  Writer writer;
  char path[] = "/tmp/qingfeng-attach-XXXXXX";
  const int fd = mkstemp(path);
  const std::string document = Document(100'000);
  ASSERT_EQ(write(fd, document.data(), document.size()), static_cast<ssize_t>(document.size()));
  clientpb::AttachFileRequest request;
  request.set_draft_id(writer.draft_id);
  request.set_fd(fd);
  request.set_name("of a descriptor");
  ASSERT_OK_AND_ASSIGN(const auto file, writer.AttachAs(request));
  EXPECT_EQ(*writer.Read(writer.draft_id, file.sha256()), document);
  EXPECT_EQ(lseek(fd, 0, SEEK_CUR), static_cast<off_t>(document.size()));  // not moved
  EXPECT_EQ(close(fd), 0);
  unlink(path);
  request.set_fd(fd);
  EXPECT_THAT(writer.AttachAs(request), Fails(Reason::REASON_FILE_MISSING));
}

TEST(Attachment, PiecesOfAPageAreSealedAndForgotten) {
  Writer writer;
  const std::string document = Document(100'000);
  clientpb::PutFilePartRequest part;
  part.set_file_id(std::string(16, 'f'));
  for (size_t at = 0; at < document.size(); at += 40'000) {
    part.set_offset(at);
    part.set_data(document.substr(at, 40'000));
    ASSERT_OK(writer.device.Call<clientpb::PutFilePartResponse>("FieldService/PutFilePart", part));
  }
  clientpb::AttachFileRequest request;
  request.set_draft_id(writer.draft_id);
  request.set_file_id(part.file_id());
  request.set_name("from a page");
  ASSERT_OK_AND_ASSIGN(const auto file, writer.AttachAs(request));
  EXPECT_TRUE(writer.device.disk.Scan(kCanary).empty());
  EXPECT_EQ(*writer.Read(writer.draft_id, file.sha256()), document);
  EXPECT_THAT(writer.AttachAs(request), Fails(Reason::REASON_NOT_FOUND));
}

// It can be attached with its metadata then, without being put again.
TEST(Attachment, PiecesThatCouldNotBeSealedStay) {
  Writer writer;
  clientpb::PutFilePartRequest part;
  part.set_file_id(std::string(16, 'f'));
  part.set_data("GIF89a and then nothing");
  ASSERT_OK(writer.device.Call<clientpb::PutFilePartResponse>("FieldService/PutFilePart", part));
  clientpb::AttachFileRequest request;
  request.set_draft_id(writer.draft_id);
  request.set_file_id(part.file_id());
  EXPECT_THAT(writer.AttachAs(request), Fails(Reason::REASON_ATTACHMENT_TYPE));
  request.set_keep_metadata(true);
  EXPECT_OK(writer.AttachAs(request));
}

TEST(Attachment, APipeIsReadToItsEnd) {
  Writer writer;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string text = "said in a pipe";
  ASSERT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  close(ends[1]);
  clientpb::AttachFileRequest request;
  request.set_draft_id(writer.draft_id);
  request.set_fd(ends[0]);
  ASSERT_OK_AND_ASSIGN(const auto file, writer.AttachAs(request));
  EXPECT_EQ(file.name(), "file");
  EXPECT_EQ(*writer.Read(writer.draft_id, file.sha256()), text);
  close(ends[0]);
}

TEST(Attachment, IsReadAsFastAsItsReader) {
  Writer writer;
  writer.Photo("scan.pdf", Document(300'000));
  ASSERT_OK_AND_ASSIGN(const auto file, writer.Attach("scan.pdf"));
  clientpb::ReadAttachmentRequest request;
  request.set_item_id(writer.draft_id);
  request.set_sha256(file.sha256());
  auto call = StartCall(*writer.device.table, "qingfeng.client.v1.FieldService/ReadAttachment", request, 2);
  writer.device.world.loop.Run();
  EXPECT_EQ(call->messages().size(), 2u);
  ASSERT_OK(writer.device.Call<clientpb::LockResponse>("VaultService/Lock", clientpb::LockRequest()));
  call->Credit(1);
  writer.device.world.loop.Run();
  call->Credit(1);
  writer.device.world.loop.Run();
  EXPECT_THAT(*call->status(), Fails(Reason::REASON_LOCKED));
}

TEST(Attachment, ADamagedSealedFileIsNotShown) {
  Writer writer;
  writer.Photo("scan.pdf", Document(300'000));
  ASSERT_OK_AND_ASSIGN(const auto file, writer.Attach("scan.pdf"));
  writer.device.disk.Rot(BlobPath(kFolder, *Digest::From(file.sha256())), 8 * 200'000);
  EXPECT_THAT(writer.Read(writer.draft_id, file.sha256()), Fails(Reason::REASON_SEAL));
}

TEST(Attachment, AFullDiskLeavesNothingBehind) {
  Writer writer;
  writer.Photo("scan.pdf", Document(300'000));
  writer.device.disk.SetCapacity(writer.device.disk.UsedBytes() + 100'000);
  EXPECT_THAT(writer.Attach("scan.pdf"), Fails(Reason::REASON_DISK_FULL));
  EXPECT_TRUE(writer.SealedFiles().empty());
  writer.device.disk.SetCapacity(sim::SimDisk::kForever);
  EXPECT_OK(writer.Attach("scan.pdf"));
}

TEST(Crash, AnAttachmentIsThereWholeOrNotAtAll) {
  int cuts = 0;
  for (uint64_t cut = 0;; ++cut) {
    Writer writer(cut + 1);
    const std::string document = Document(150'000);
    writer.Photo("scan.pdf", document);
    writer.device.disk.CutAt(cut);
    const auto attached = writer.Attach("scan.pdf");
    const bool was_cut = writer.device.disk.stopped();
    writer.device.PowerCycle();
    ASSERT_OK(writer.device.Open());
    ASSERT_OK(writer.device.Unlock());
    const clientpb::Draft draft = writer.Draft();
    ASSERT_TRUE(draft.files_size() == 1 || !attached.ok()) << "a confirmed file is gone";
    std::set<std::string> named;
    for (const auto& file : draft.files()) {
      ASSERT_EQ(*writer.Read(writer.draft_id, file.sha256()), document);
      named.insert(ToHex(file.sha256()));
    }
    const auto files = writer.SealedFiles();
    ASSERT_EQ(std::set<std::string>(files.begin(), files.end()), named);  // nothing is left over
    if (!was_cut) break;
    ++cuts;
  }
  EXPECT_GT(cuts, 5);
}

}  // namespace
}  // namespace qf::client
