#include "client-core/desk/export_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr size_t kLengthBytes = 4;
constexpr size_t kReadBytes = 256 * 1024;

absl::Status NoExport(absl::string_view what) { return Error(Reason::REASON_MALFORMED, what); }

std::string LengthOf(size_t size) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ExportWriter>> ExportWriter::Create(Files& files, const std::string& path,
                                                                   const recordpb::ExportHead& head) {
  auto writer = std::unique_ptr<ExportWriter>(new ExportWriter(path, head.size()));
  writer->files_ = &files;
  QF_TRY_ASSIGN(writer->file_, files.Open(path, OpenMode::kCreateNew));
  QF_TRY(writer->file_->WriteAt(0, Bytes(kExportMagic, kExportMagicBytes)));
  writer->at_ = kExportMagicBytes;
  recordpb::ExportFrame frame;
  *frame.mutable_head() = head;
  QF_TRY(writer->Write(frame));
  return writer;
}

absl::Status ExportWriter::Add(const recordpb::Entry& entry) {
  if (entries_left_ == 0) return Error(Reason::REASON_STATE, "an export has as many entries as its head says");
  --entries_left_;
  recordpb::ExportFrame frame;
  *frame.mutable_entry() = entry;
  return Write(frame);
}

absl::Status ExportWriter::Finish() {
  if (entries_left_ > 0) return Error(Reason::REASON_STATE, "an export has as many entries as its head says");
  QF_TRY(file_->Sync());
  return files_->SyncDir(DirName(path_));
}

absl::Status ExportWriter::Write(const recordpb::ExportFrame& frame) {
  const std::string bytes = frame.SerializeAsString();
  if (bytes.size() > kExportFrameBytesMax) return Error(Reason::REASON_TOO_LARGE, "a frame of an export is too large");
  const std::string framed = absl::StrCat(LengthOf(bytes.size()), bytes);
  QF_TRY(file_->WriteAt(at_, framed));
  at_ += framed.size();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ExportReader>> ExportReader::Open(Source source) {
  auto reader = std::unique_ptr<ExportReader>(new ExportReader(std::move(source)));
  QF_TRY_ASSIGN(const std::string magic, reader->Take(kExportMagicBytes));
  if (magic != Bytes(kExportMagic, kExportMagicBytes)) return NoExport("this is no export of a log");
  QF_TRY_ASSIGN(recordpb::ExportFrame frame, reader->TakeFrame());
  if (!frame.has_head()) return NoExport("an export does not begin with its head");
  reader->head_ = std::move(*frame.mutable_head());
  reader->entries_left_ = reader->head_.size();
  return reader;
}

absl::StatusOr<std::optional<recordpb::Entry>> ExportReader::Next() {
  if (entries_left_ == 0) {
    if (Take(1).ok()) return NoExport("an export goes on behind its last entry");
    return std::optional<recordpb::Entry>();
  }
  QF_TRY_ASSIGN(recordpb::ExportFrame frame, TakeFrame());
  if (!frame.has_entry()) return NoExport("a frame of an export is no entry");
  --entries_left_;
  return std::optional<recordpb::Entry>(std::move(*frame.mutable_entry()));
}

absl::StatusOr<std::string> ExportReader::Take(size_t size_bytes) {
  if (buffer_.size() - buffer_at_ < size_bytes) {
    buffer_.erase(0, buffer_at_);
    buffer_at_ = 0;
    QF_TRY_ASSIGN(const std::string more, source_(source_at_, std::max(size_bytes - buffer_.size(), kReadBytes)));
    source_at_ += more.size();
    buffer_.append(more);
  }
  if (buffer_.size() - buffer_at_ < size_bytes) return NoExport("an export ends before its last entry");
  std::string taken = buffer_.substr(buffer_at_, size_bytes);
  buffer_at_ += size_bytes;
  return taken;
}

absl::StatusOr<recordpb::ExportFrame> ExportReader::TakeFrame() {
  QF_TRY_ASSIGN(const std::string length, Take(kLengthBytes));
  size_t size_bytes = 0;
  for (const char byte : length) size_bytes = size_bytes << 8 | static_cast<unsigned char>(byte);
  if (size_bytes == 0 || size_bytes > kExportFrameBytesMax)
    return NoExport("a frame of an export has no possible length");
  QF_TRY_ASSIGN(const std::string bytes, Take(size_bytes));
  recordpb::ExportFrame frame;
  if (!frame.ParseFromString(bytes)) return NoExport("a frame of an export cannot be read");
  return frame;
}

absl::StatusOr<LogFindings> VerifyExport(ExportReader::Source source, const OfficeId& office) {
  LogFindings unreadable;
  auto reader = ExportReader::Open(std::move(source));
  if (ReasonOf(reader.status()) == Reason::REASON_MALFORMED) {
    unreadable.problem = std::string(reader.status().message());
    return unreadable;
  }
  QF_TRY(reader.status());
  if ((*reader)->head().office_id() != office.bytes()) {
    return Error(Reason::REASON_OFFICE, "this is the log of another office");
  }
  LogChecker checker(office);
  while (true) {
    auto entry = (*reader)->Next();
    if (ReasonOf(entry.status()) == Reason::REASON_MALFORMED) {
      LogFindings findings = checker.Finish("");
      findings.problem = std::string(entry.status().message());
      return findings;
    }
    QF_TRY(entry.status());
    if (!entry->has_value() || !checker.Add(**entry)) break;
  }
  return checker.Finish((*reader)->head().checkpoint());
}

absl::StatusOr<LogFindings> VerifyExport(Files& files, const std::string& path, const OfficeId& office) {
  QF_TRY_ASSIGN(auto file, files.Open(path, OpenMode::kRead));
  return VerifyExport(
      [file = std::move(file)](uint64_t offset, size_t size_bytes) { return file->ReadAt(offset, size_bytes); },
      office);
}

}  // namespace qf::client
