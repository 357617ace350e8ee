#include "tools/qingfeng/progress.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/tools/qingfeng/test_language.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

class ProgressTest : public testing::Test {
 private:
  InLanguage english_{Language::kEnglish};
};

TEST_F(ProgressTest, TellsWhatThereIsToTell) {
  clientpb::SyncResponse state;
  EXPECT_EQ(ProgressLine(state, 80), "connecting");
  state.set_settled(true);
  EXPECT_EQ(ProgressLine(state, 80), "up to date");
  state.set_settled(false);
  state.set_records_sent(1);
  state.set_records_left(3);
  EXPECT_EQ(ProgressLine(state, 80), "[#####...............]  records 1/4");
  state.set_entries_read(12);
  state.set_records_left(0);
  EXPECT_EQ(ProgressLine(state, 80), "[####################]  records 1/1  read 12");
}

TEST_F(ProgressTest, FilesCountByTheirBytes) {
  clientpb::SyncResponse state;
  state.set_file_bytes_sent(5'000'000);
  state.set_file_bytes_left(5'000'000);
  EXPECT_EQ(ProgressLine(state, 80), "[##########..........]  files 5.0 MB/10.0 MB");
}

TEST_F(ProgressTest, SaysWhatItWaitsFor) {
  clientpb::SyncResponse state;
  state.set_waiting(Reason::REASON_UNREACHABLE);
  state.set_retry_in_ms(1200);
  EXPECT_EQ(ProgressLine(state, 80), "waits 2 s: UNREACHABLE");
}

TEST_F(ProgressTest, NeverWiderThanTheTerminal) {
  clientpb::SyncResponse state;
  state.set_records_left(1000);
  state.set_file_bytes_left(1'000'000);
  state.set_entries_read(99999);
  for (int columns = 2; columns < 100; ++columns) EXPECT_LE(WidthOf(ProgressLine(state, columns)), columns);
}

Console::Wiring Terminal(std::ostream* err, bool plain) {
  Console::Wiring wiring;
  wiring.err = err;
  wiring.err_is_terminal = true;
  wiring.plain = plain;
  wiring.columns = 80;
  return wiring;
}

TEST_F(ProgressTest, TheLineGoesAwayAgain) {
  std::ostringstream err;
  Console console(Terminal(&err, false));
  {
    Progress progress(console, true);
    progress.Show(clientpb::SyncResponse());
  }
  EXPECT_EQ(err.str(), "\r\x1b[Kconnecting\r\x1b[K");
}

TEST_F(ProgressTest, NothingMovesOnADumbTerminalOrWhenQuiet) {
  std::ostringstream err;
  Console plain(Terminal(&err, true));
  Progress(plain, true).Show(clientpb::SyncResponse());
  Console console(Terminal(&err, false));
  Progress(console, false).Show(clientpb::SyncResponse());
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace qf::cli
