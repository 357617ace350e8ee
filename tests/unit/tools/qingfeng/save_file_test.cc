#include "tools/qingfeng/save_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_console.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

class SaveFileTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  TestConsole console_;

 private:
  static std::string MakeFolder() {
    char path[] = "/tmp/qf-save-XXXXXX";
    return mkdtemp(path);
  }
  const std::string folder_ = MakeFolder();
  InLanguage english_{Language::kEnglish};
};

TEST_F(SaveFileTest, NamesThatOthersChoseLeadNowhere) {
  EXPECT_EQ(SafeName("photo.jpg"), "photo.jpg");
  EXPECT_EQ(SafeName("照片 1.jpg"), "照片 1.jpg");
  EXPECT_EQ(SafeName("../../etc/passwd"), "passwd");
  EXPECT_EQ(SafeName("C:\\a\\b.exe"), "b.exe");
  EXPECT_EQ(SafeName(".bashrc"), "bashrc");
  EXPECT_EQ(SafeName(".."), "attachment");
  EXPECT_EQ(SafeName("a/"), "attachment");
  EXPECT_EQ(SafeName(""), "attachment");
  EXPECT_EQ(SafeName("a\nb\x1b"), "a b\xef\xbf\xbd");
}

TEST_F(SaveFileTest, WritesForTheOwnerAloneAndOverwritesNothing) {
  EXPECT_OK(SaveFile(*console_, SystemFiles(), Path("a"), "bytes"));
  EXPECT_EQ(*ReadFile(SystemFiles(), Path("a"), 100), "bytes");
  struct stat found{};
  ASSERT_EQ(stat(Path("a").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_THAT(SaveFile(*console_, SystemFiles(), Path("a"), "other"), Fails(Reason::REASON_FILE_EXISTS));
  EXPECT_EQ(*ReadFile(SystemFiles(), Path("a"), 100), "bytes");
}

TEST_F(SaveFileTest, AFileThatIsNotFinishedGoesAway) {
  {
    ASSERT_OK_AND_ASSIGN(const auto sink, FileSink::Open(*console_, SystemFiles(), Path("b")));
    EXPECT_OK(sink->Write("half"));
  }
  EXPECT_FALSE(*SystemFiles().Exists(Path("b")));
}

TEST_F(SaveFileTest, ADashIsStandardOutputButNoTerminal) {
  EXPECT_OK(SaveFile(*console_, SystemFiles(), "-", "bytes"));
  EXPECT_EQ(console_.out(), "bytes");
  TestConsole terminal("", true, 80);
  EXPECT_THAT(SaveFile(*terminal, SystemFiles(), "-", "bytes"), Fails(Reason::REASON_USAGE));
}

}  // namespace
}  // namespace qf::cli
