#include "client-core/session/file_parts.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace qf::client {
namespace {

FileId Id(char c) { return *FileId::From(std::string(FileId::kSize, c)); }

class FilePartsTest : public testing::Test {
 protected:
  // Puts `mib` MiB of `c` at the end of a file that has `held` MiB.
  absl::Status Fill(const FileId& id, uint64_t held, uint64_t mib, char c) {
    for (uint64_t i = held; i < held + mib; ++i) {
      QF_TRY(parts_.Put(id, i << 20, std::string(kFilePartBytesMax, c)).status());
    }
    return absl::OkStatus();
  }
  FileParts parts_;
};

TEST_F(FilePartsTest, PiecesBecomeAFile) {
  EXPECT_EQ(*parts_.Put(Id('a'), 0, "one "), 4u);
  EXPECT_EQ(*parts_.Put(Id('b'), 0, "other"), 5u);
  EXPECT_EQ(*parts_.Put(Id('a'), 4, "two"), 7u);
  EXPECT_EQ(**parts_.Get(Id('a')), "one two");
  EXPECT_EQ(**parts_.Get(Id('b')), "other");
}

TEST_F(FilePartsTest, APieceOutOfPlaceChangesNothing) {
  EXPECT_OK(parts_.Put(Id('a'), 0, "abc"));
  for (const uint64_t offset : {1u, 2u, 4u}) {
    EXPECT_THAT(parts_.Put(Id('a'), offset, "x"), Fails(Reason::REASON_STATE)) << offset;
  }
  EXPECT_THAT(parts_.Put(Id('b'), 3, "x"), Fails(Reason::REASON_STATE));
  EXPECT_THAT(parts_.Put(FileId(), 0, "x"), Fails(Reason::REASON_LENGTH));
  EXPECT_EQ(**parts_.Get(Id('a')), "abc");
}

TEST_F(FilePartsTest, TheFirstPieceBeginsAnew) {
  EXPECT_OK(parts_.Put(Id('a'), 0, "abc"));
  EXPECT_EQ(*parts_.Put(Id('a'), 0, "de"), 2u);
  EXPECT_EQ(**parts_.Get(Id('a')), "de");
}

TEST_F(FilePartsTest, WhatIsReadDoesNotChange) {
  EXPECT_OK(parts_.Put(Id('a'), 0, "abc"));
  const auto read = *parts_.Get(Id('a'));
  EXPECT_THAT(parts_.Put(Id('a'), 3, "d"), Fails(Reason::REASON_STATE));
  EXPECT_OK(parts_.Put(Id('a'), 0, "new"));
  parts_.Remove(Id('a'));
  EXPECT_EQ(*read, "abc");
  EXPECT_THAT(parts_.Get(Id('a')), Fails(Reason::REASON_NOT_FOUND));
}

TEST_F(FilePartsTest, TheOneLongestUntouchedMakesRoom) {
  EXPECT_OK(Fill(Id('a'), 0, 20, 'a'));
  EXPECT_OK(Fill(Id('b'), 0, 20, 'b'));
  EXPECT_OK(Fill(Id('a'), 20, 4, 'a'));
  EXPECT_OK(Fill(Id('c'), 0, 24, 'c'));
  EXPECT_THAT(parts_.Get(Id('b')), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_EQ(**parts_.Get(Id('a')), std::string(24 << 20, 'a'));
  EXPECT_EQ((*parts_.Get(Id('c')))->size(), 24u << 20);
}

// An empty file is one too, and takes no room by its bytes.
TEST_F(FilePartsTest, EmptyFilesMakeRoomForEachOther) {
  const auto id = [](size_t i) { return *FileId::From(U64(1) + U64(i)); };
  for (size_t i = 0; i <= kFilesInPartsMax; ++i) EXPECT_EQ(*parts_.Put(id(i), 0, ""), 0u);
  EXPECT_THAT(parts_.Get(id(0)), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_EQ(**parts_.Get(id(1)), "");
  EXPECT_EQ(**parts_.Get(id(kFilesInPartsMax)), "");
}

TEST_F(FilePartsTest, AFileHasItsBound) {
  EXPECT_THAT(parts_.Put(Id('a'), 0, std::string(kFilePartBytesMax + 1, 'x')), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_OK(Fill(Id('a'), 0, kInMemoryBytesMax >> 20, 'a'));
  EXPECT_THAT(parts_.Put(Id('a'), kInMemoryBytesMax, "x"), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_THAT(parts_.Get(Id('a')), Fails(Reason::REASON_NOT_FOUND)) << "it can never become whole";
}

}  // namespace
}  // namespace qf::client
