#include "tools/qingfeng/console.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <thread>

#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_console.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

class ConsoleTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Write(const std::string& name, Bytes bytes, mode_t mode) const {
    EXPECT_OK(WriteFileAtomically(SystemFiles(), Path(name), bytes));
    EXPECT_EQ(chmod(Path(name).c_str(), mode), 0);
    return Path(name);
  }

 private:
  static std::string MakeFolder() {
    char path[] = "/tmp/qf-console-XXXXXX";
    return mkdtemp(path);
  }
  const std::string folder_ = MakeFolder();
  InLanguage english_{Language::kEnglish};
};

TEST_F(ConsoleTest, ASecretFileIsReadWithoutItsLineEnd) {
  EXPECT_EQ(ReadSecretFile(Write("pin", "123 456\r\n", 0600))->bytes(), "123 456");
  EXPECT_EQ(ReadSecretFile(Write("share", "line one\nline two\n", 0400))->bytes(), "line one\nline two");
  EXPECT_EQ(ReadSecretFile(Write("none", "", 0600))->bytes(), "");
}

TEST_F(ConsoleTest, ASecretFileThatOthersMayTouchIsRefused) {
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0666}) {
    EXPECT_THAT(ReadSecretFile(Write("pin", "1234\n", mode)), Fails(Reason::REASON_KEY_FILE)) << std::oct << mode;
  }
  EXPECT_THAT(ReadSecretFile(Path("absent")), Fails(Reason::REASON_FILE_MISSING));
  EXPECT_THAT(ReadSecretFile("/tmp"), Fails(Reason::REASON_KEY_FILE));
  EXPECT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);  // must neither hang nor be read
  EXPECT_THAT(ReadSecretFile(Path("fifo")), Fails(Reason::REASON_KEY_FILE));
}

TEST_F(ConsoleTest, ASecretHasABound) {
  EXPECT_THAT(ReadSecretFile(Write("pin", std::string(4096, '1'), 0600)), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_EQ(ReadSecretFile(Write("pin", std::string(4095, '1'), 0600))->size(), 4095u);
}

// Ctrl-C typed just before the program begins to read must count, too. A process of its own: it stays interrupted.
TEST(ConsoleDeathTest, AnInterruptBeforeTheReadEndsIt) {
  const auto read_after_interrupt = [] {
    int ends[2];
    if (pipe(ends) != 0) _exit(1);
    CatchInterrupts();
    raise(SIGINT);
    alarm(10);  // a read that waits would wait for ever
    _exit(ReasonOf(ReadSecretFd(ends[0]).status()) == Reason::REASON_CANCELLED ? 0 : 2);
  };
  EXPECT_EXIT(read_after_interrupt(), testing::ExitedWithCode(0), "");
}

TEST_F(ConsoleTest, ADescriptorGivesItsFirstLineOnly) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "1234\nrest", 9), 9);
  close(ends[1]);
  EXPECT_EQ(ReadSecretFd(ends[0])->bytes(), "1234");
  char rest[8];
  EXPECT_EQ(read(ends[0], rest, sizeof rest), 4);
  close(ends[0]);
}

TEST_F(ConsoleTest, WithoutATerminalNoSecretIsAsked) {
  TestConsole console("1234\n");
  EXPECT_THAT(console->ReadSecret("PIN: "), Fails(Reason::REASON_USAGE));
}

// A real terminal: what is typed must not come back, and the terminal must be as before afterwards.
TEST_F(ConsoleTest, ASecretIsTypedWithoutEcho) {
  int person, program;
  char name[128];
  ASSERT_EQ(openpty(&person, &program, name, nullptr, nullptr), 0);
  Console::Wiring wiring;
  wiring.terminal = name;
  Console console(wiring);
  std::string seen;
  std::thread typist([&] {
    char chunk[64];
    while (seen.find("PIN: ") == std::string::npos)
      seen.append(chunk, static_cast<size_t>(read(person, chunk, sizeof chunk)));
    EXPECT_EQ(write(person, "1234\n", 5), 5);
    while (seen.find('\n') == std::string::npos)
      seen.append(chunk, static_cast<size_t>(read(person, chunk, sizeof chunk)));
  });
  const auto secret = console.ReadSecret("PIN: ");
  typist.join();
  ASSERT_OK(secret);
  EXPECT_EQ(secret->bytes(), "1234");
  EXPECT_EQ(seen, "PIN: \r\n");
  termios after;
  ASSERT_EQ(tcgetattr(program, &after), 0);
  EXPECT_NE(after.c_lflag & ECHO, 0u);
  close(person);
  close(program);
}

TEST_F(ConsoleTest, YesIsYesAndEverythingElseIsNo) {
  TestConsole console("y\nYes\n是\n\nn\nyesterday\n");
  for (const bool yes : {true, true, true, false, false, false}) EXPECT_EQ(*console->AskYesNo("sure?"), yes);
  EXPECT_THAT(console->AskYesNo("sure?"), Fails(Reason::REASON_CANCELLED));
  TestConsole nobody("y\n", false);
  EXPECT_THAT(nobody->AskYesNo("sure?"), Fails(Reason::REASON_USAGE));
}

TEST_F(ConsoleTest, InputHasABound) {
  TestConsole console(std::string(60'000, 'x'));
  EXPECT_THAT(console->ReadAll(50'000), Fails(Reason::REASON_TOO_LARGE));
}

TEST_F(ConsoleTest, NothingIsStyledWithoutATerminal) {
  TestConsole console("", false);
  EXPECT_EQ(console->Bold("a"), "a");
  EXPECT_EQ(console->progress_columns(), 0);
}

TEST_F(ConsoleTest, NoColorAndDumbTerminalsArePlain) {
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  EXPECT_FALSE(Console::OfProcess().plain);
  setenv("NO_COLOR", "1", 1);
  EXPECT_TRUE(Console::OfProcess().plain);
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_TRUE(Console::OfProcess().plain);
}

}  // namespace
}  // namespace qf::cli
