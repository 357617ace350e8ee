#include "client-core/desk/export_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/log_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::client {
namespace {

using testing::HasSubstr;

// A small log in a file.
class ExportFileTest : public testing::Test {
 protected:
  ExportFileTest() {
    for (int i = 0; i < 5; ++i) {
      recordpb::ClearPart clear;
      clear.mutable_office()->set_time_zone("Asia/Shanghai");
      log.Append(log.Make(administrator, record::Feed::Broadcast(), recordpb::KIND_OFFICE, clear));
    }
    head.set_office_id(log.office().office.str());
    head.set_term(1);
    head.set_size(log.size());
    head.set_checkpoint(log.Checkpoint(log.size()));
    std::filesystem::remove(path);
  }
  ~ExportFileTest() override { std::filesystem::remove(path); }

  recordpb::DeviceKeys Keys() {
    recordpb::DeviceKeys keys;
    keys.set_signing_key(administrator.public_key().str());
    keys.set_sealing_key(std::string(32, 's'));
    return keys;
  }
  std::string Write() {
    auto writer = ExportWriter::Create(SystemFiles(), path, head);
    EXPECT_OK(writer);
    for (const auto& entry : log.entries()) EXPECT_OK((*writer)->Add(entry));
    EXPECT_OK((*writer)->Finish());
    return *ReadFile(SystemFiles(), path, 1 << 20);
  }
  static ExportReader::Source From(std::string bytes, size_t at_most = 1 << 20) {
    return [bytes = std::move(bytes), at_most](uint64_t offset, size_t size) -> absl::StatusOr<std::string> {
      return offset >= bytes.size() ? std::string() : bytes.substr(offset, std::min(size, at_most));
    };
  }
  LogFindings Verify(const std::string& bytes) { return *VerifyExport(From(bytes), log.office().office); }

  SeededEntropy entropy{5};
  ManualClock clock;
  record::Signer administrator = record::Signer::Generate(entropy);
  LogBuilder log{entropy, clock, Keys()};
  recordpb::ExportHead head;
  const std::string path = testing::TempDir() + "/export-" + std::to_string(getpid());
};

TEST_F(ExportFileTest, WhatWasWrittenIsRead) {
  const std::string bytes = Write();
  // As docs/log-export.md shows it.
  EXPECT_EQ(bytes.substr(0, 22), std::string("qingfeng/log-export/1\0", 22));
  EXPECT_EQ(ToHex(bytes.substr(22, 9)), "000001050a82020a10");
  EXPECT_EQ(ToHex(bytes.substr(22 + 7 + 18, 7)), "1001180622e901");
  ASSERT_OK_AND_ASSIGN(const auto reader, ExportReader::Open(From(bytes)));
  EXPECT_EQ(reader->head().SerializeAsString(), head.SerializeAsString());
  for (const auto& entry : log.entries()) {
    ASSERT_OK_AND_ASSIGN(const auto read, reader->Next());
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->SerializeAsString(), entry.SerializeAsString());
  }
  ASSERT_OK_AND_ASSIGN(const auto end, reader->Next());
  EXPECT_FALSE(end.has_value());
  EXPECT_TRUE(Verify(bytes).verified()) << Verify(bytes).problem;
}

TEST_F(ExportFileTest, EveryCutAndEveryChangedByteIsFound) {
  const std::string bytes = Write();
  for (size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_FALSE(Verify(bytes.substr(0, size)).verified()) << size;
  }
  EXPECT_THAT(Verify(bytes + "x").problem, HasSubstr("goes on"));
  for (size_t at = 0; at < bytes.size(); at += 3) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    const auto findings = VerifyExport(From(changed), log.office().office);
    if (!findings.ok()) {
      EXPECT_THAT(findings, Fails(Reason::REASON_OFFICE));
    } else if (findings->verified()) {
      // What the head repeats of the checkpoint is a convenience, and nothing is taken from it.
      ASSERT_OK_AND_ASSIGN(const auto reader, ExportReader::Open(From(changed)));
      EXPECT_EQ(reader->head().checkpoint(), head.checkpoint()) << at;
      EXPECT_NE(reader->head().SerializeAsString(), head.SerializeAsString()) << at;
    }
  }
}

TEST_F(ExportFileTest, WhatIsNoExportIsSaid) {
  EXPECT_THAT(Verify("").problem, HasSubstr("ends"));
  EXPECT_THAT(Verify(std::string(100, 'x')).problem, HasSubstr("no export"));
  const std::string magic("qingfeng/log-export/1\0", 22);
  EXPECT_THAT(Verify(magic + std::string("\0\0\0\0", 4)).problem, HasSubstr("length"));
  EXPECT_THAT(Verify(magic + "\xff\xff\xff\xff").problem, HasSubstr("length"));
  EXPECT_THAT(Verify(magic + std::string("\0\0\0\1x", 5)).problem, HasSubstr("cannot be read"));
  recordpb::ExportFrame entry;
  *entry.mutable_entry() = log.entries()[0];
  const std::string frame = entry.SerializeAsString();
  const std::string length = {0, 0, static_cast<char>(frame.size() >> 8), static_cast<char>(frame.size())};
  EXPECT_THAT(Verify(magic + length + frame).problem, HasSubstr("head"));
}

TEST_F(ExportFileTest, OfAnotherOfficeItIsNotLookedAt) {
  EXPECT_THAT(VerifyExport(From(Write()), *OfficeId::From(std::string(16, 'x'))), Fails(Reason::REASON_OFFICE));
}

TEST_F(ExportFileTest, AWriterHoldsToItsHead) {
  ASSERT_OK_AND_ASSIGN(auto writer, ExportWriter::Create(SystemFiles(), path, head));
  EXPECT_THAT(writer->Finish(), Fails(Reason::REASON_STATE));
  for (const auto& entry : log.entries()) EXPECT_OK(writer->Add(entry));
  EXPECT_THAT(writer->Add(log.entries()[0]), Fails(Reason::REASON_STATE));
  EXPECT_THAT(ExportWriter::Create(SystemFiles(), path, head), Fails(Reason::REASON_FILE_EXISTS));
  recordpb::ExportHead large = head;
  large.set_checkpoint(std::string(kExportFrameBytesMax, 'x'));
  std::filesystem::remove(path);
  EXPECT_THAT(ExportWriter::Create(SystemFiles(), path, large), Fails(Reason::REASON_TOO_LARGE));
}

TEST_F(ExportFileTest, ASourceThatFailsIsAnErrorAndNoFinding) {
  EXPECT_THAT(
      VerifyExport([](uint64_t,
                      size_t) -> absl::StatusOr<std::string> { return Error(Reason::REASON_DISK_ERROR, "bad sector"); },
                   log.office().office),
      Fails(Reason::REASON_DISK_ERROR));
}

}  // namespace
}  // namespace qf::client
