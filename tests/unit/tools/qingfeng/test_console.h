// A console whose input is a text and whose output can be read.
#pragma once

#include <unistd.h>

#include <sstream>
#include <string>

#include "common/base/check.h"
#include "tools/qingfeng/console.h"

namespace qf::cli {

class TestConsole {
 public:
  // `input` is all that standard input gives. `asks`: someone is there who can be asked.
  explicit TestConsole(absl::string_view input = "", bool asks = true, int columns = 0)
      : console_(Wiring(input, asks, columns)) {}
  ~TestConsole() { close(in_fd_); }

  Console& operator*() { return console_; }
  Console* operator->() { return &console_; }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

 private:
  Console::Wiring Wiring(absl::string_view input, bool asks, int columns) {
    int ends[2];
    QF_CHECK(pipe(ends) == 0);
    QF_CHECK(write(ends[1], input.data(), input.size()) == static_cast<ssize_t>(input.size()));
    close(ends[1]);
    in_fd_ = ends[0];
    Console::Wiring wiring;
    wiring.in_fd = in_fd_;
    wiring.out = &out_;
    wiring.err = &err_;
    wiring.in_is_terminal = asks;
    wiring.err_is_terminal = asks;
    wiring.out_is_terminal = columns > 0;
    wiring.columns = columns;
    wiring.terminal = "/nonexistent";
    return wiring;
  }

  int in_fd_ = -1;
  std::ostringstream out_;
  std::ostringstream err_;
  Console console_;
};

}  // namespace qf::cli
