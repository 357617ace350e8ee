// What every implementation of qf::Files must do (common/base/files.h), the simulated disk included.
#include <gmock/gmock.h>

#include "tests/storage/disks.h"

namespace qf {
namespace {

using testing::ElementsAre;

class FilesConformance : public OnEachDisk {
 protected:
  void Put(const std::string& name, Bytes bytes) { ASSERT_OK(WriteFileAtomically(files(), path(name), bytes)); }
  std::string Get(const std::string& name) {
    auto bytes = ReadFile(files(), path(name), 1 << 20);
    EXPECT_OK(bytes);
    return bytes.ok() ? *bytes : "";
  }
};
INSTANTIATE_TEST_SUITE_P(Disks, FilesConformance, testing::ValuesIn(kDisks), NameOfDisk);

TEST_P(FilesConformance, WritesAndReadsAtOffsets) {
  ASSERT_OK_AND_ASSIGN(auto file, files().Open(path("a"), OpenMode::kCreate));
  ASSERT_OK(file->WriteAt(0, "hello"));
  ASSERT_OK(file->WriteAt(3, "p me"));
  ASSERT_OK_AND_ASSIGN(auto whole, file->ReadAt(0, 100));
  EXPECT_EQ(whole, "help me");
  ASSERT_OK_AND_ASSIGN(auto middle, file->ReadAt(2, 3));
  EXPECT_EQ(middle, "lp ");
  ASSERT_OK_AND_ASSIGN(auto beyond, file->ReadAt(50, 3));
  EXPECT_EQ(beyond, "");
}

TEST_P(FilesConformance, GapsAreZeros) {
  ASSERT_OK_AND_ASSIGN(auto file, files().Open(path("a"), OpenMode::kCreate));
  ASSERT_OK(file->WriteAt(3, "x"));
  ASSERT_OK_AND_ASSIGN(auto bytes, file->ReadAt(0, 9));
  EXPECT_EQ(bytes, std::string("\0\0\0x", 4));
}

TEST_P(FilesConformance, TruncatesAndGrows) {
  ASSERT_OK_AND_ASSIGN(auto file, files().Open(path("a"), OpenMode::kCreate));
  ASSERT_OK(file->WriteAt(0, "abcdef"));
  ASSERT_OK(file->Truncate(2));
  ASSERT_OK(file->Truncate(4));
  ASSERT_OK(file->Sync());
  ASSERT_OK_AND_ASSIGN(auto size, file->SizeBytes());
  EXPECT_EQ(size, 4u);
  EXPECT_EQ(Get("a"), std::string("ab\0\0", 4));
}

TEST_P(FilesConformance, OpenModes) {
  EXPECT_THAT(files().Open(path("a"), OpenMode::kRead), Fails(Reason::REASON_FILE_MISSING));
  EXPECT_THAT(files().Open(path("a"), OpenMode::kReadWrite), Fails(Reason::REASON_FILE_MISSING));
  EXPECT_OK(files().Open(path("a"), OpenMode::kCreateNew));
  EXPECT_THAT(files().Open(path("a"), OpenMode::kCreateNew), Fails(Reason::REASON_FILE_EXISTS));
  EXPECT_OK(files().Open(path("a"), OpenMode::kCreate));
  EXPECT_OK(files().Open(path("a"), OpenMode::kRead));
  EXPECT_THAT(files().Open(path("none/a"), OpenMode::kCreate), Fails(Reason::REASON_FILE_MISSING));
}

TEST_P(FilesConformance, RenameReplaces) {
  Put("a", "new");
  Put("b", "old");
  ASSERT_OK(files().Rename(path("a"), path("b")));
  EXPECT_EQ(Get("b"), "new");
  ASSERT_OK_AND_ASSIGN(const bool exists, files().Exists(path("a")));
  EXPECT_FALSE(exists);
  EXPECT_THAT(files().Rename(path("a"), path("b")), Fails(Reason::REASON_FILE_MISSING));
}

TEST_P(FilesConformance, AnOpenFileOutlivesItsName) {
  Put("a", "still here");
  ASSERT_OK_AND_ASSIGN(auto file, files().Open(path("a"), OpenMode::kRead));
  ASSERT_OK(files().Remove(path("a")));
  ASSERT_OK_AND_ASSIGN(auto bytes, file->ReadAt(0, 99));
  EXPECT_EQ(bytes, "still here");
  EXPECT_THAT(files().Remove(path("a")), Fails(Reason::REASON_FILE_MISSING));
}

TEST_P(FilesConformance, FoldersListSorted) {
  ASSERT_OK(files().MakeDir(path("folder/inner")));
  ASSERT_OK(files().MakeDir(path("folder/inner")));
  for (const char* name : {"folder/b", "folder/a", "folder/inner/c"}) Put(name, name);
  ASSERT_OK_AND_ASSIGN(auto names, files().List(path("folder")));
  EXPECT_THAT(names, ElementsAre("a", "b", "inner"));
  EXPECT_THAT(files().List(path("none")), Fails(Reason::REASON_FILE_MISSING));
  EXPECT_THAT(files().SyncDir(path("none")), Fails(Reason::REASON_FILE_MISSING));
  EXPECT_THAT(files().Remove(path("folder/inner")), Fails(Reason::REASON_DISK_ERROR));
  for (const char* name : {"folder/b", "folder/a", "folder/inner/c", "folder/inner", "folder"}) {
    ASSERT_OK(files().Remove(path(name)));
  }
}

TEST_P(FilesConformance, ALockHasOneHolder) {
  ASSERT_OK_AND_ASSIGN(auto lock, files().Lock(path("lock")));
  EXPECT_THAT(files().Lock(path("lock")), Fails(Reason::REASON_STORE_IN_USE));
  lock.reset();
  EXPECT_OK(files().Lock(path("lock")));
}

TEST_P(FilesConformance, ReadFileKeepsItsBound) {
  Put("a", "12345");
  EXPECT_THAT(ReadFile(files(), path("a"), 4), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_EQ(Get("a"), "12345");
  ASSERT_OK_AND_ASSIGN(const uint64_t free_bytes, files().FreeBytes(path("a")));
  EXPECT_GT(free_bytes, 0u);
}

}  // namespace
}  // namespace qf
