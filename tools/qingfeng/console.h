// The terminal, or what stands in its place: where results, remarks and questions go, and where answers come from.
//
// Results go to out(), everything else (questions, progress, hints, errors) to err(), so that a pipe gets results only.
// Nothing moves or is coloured unless the stream is a terminal, TERM is not "dumb" and NO_COLOR is not set.
// Secrets are read from the terminal itself without echo, never from standard input or the command line.
// Threads: the main thread, but for Interrupt's handler.
#pragma once

#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/secret.h"

namespace qf::cli {

// The first Ctrl-C (or SIGTERM) asks: reading ends with CANCELLED, running calls are cancelled and the store is
// closed in order. The second one kills.
void CatchInterrupts();
bool Interrupted();

class Console {
 public:
  struct Wiring {
    int in_fd = 0;
    std::ostream* out = nullptr;
    std::ostream* err = nullptr;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool plain = true;                  // no colour, no movement
    int columns = 0;                    // of the terminal; 0 = no terminal
    std::string terminal = "/dev/tty";  // where secrets are read
  };

  // Standard input, output and error of this process.
  static Wiring OfProcess();

  explicit Console(Wiring wiring) : wiring_(std::move(wiring)) {}

  std::ostream& out() { return *wiring_.out; }
  std::ostream& err() { return *wiring_.err; }
  // Columns of the results; 0 when they go to a file or another program: nothing is cut then.
  int columns() const { return wiring_.out_is_terminal ? wiring_.columns : 0; }
  // Columns of a progress line; 0 = show none.
  int progress_columns() const { return wiring_.err_is_terminal && !wiring_.plain ? wiring_.columns : 0; }
  bool out_is_terminal() const { return wiring_.out_is_terminal; }
  // Someone is there who can be asked.
  bool can_ask() const { return wiring_.in_is_terminal && wiring_.err_is_terminal; }
  bool coloured_out() const { return wiring_.out_is_terminal && !wiring_.plain; }

  // `text` in bold or in red when err() may be coloured.
  std::string Bold(absl::string_view text) const { return Styled(text, "1"); }
  std::string Red(absl::string_view text) const { return Styled(text, "31"); }

  // Shows `prompt` and reads one line of standard input, without its end. CANCELLED(CANCELLED) at the end of the
  // input or after Ctrl-C; OUT_OF_RANGE(TOO_LARGE) beyond 64 KiB.
  absl::StatusOr<std::string> ReadLine(absl::string_view prompt);

  // Everything that is left of standard input; at most `max_bytes`, else OUT_OF_RANGE(TOO_LARGE).
  absl::StatusOr<std::string> ReadAll(size_t max_bytes);

  // Shows `prompt` on the terminal and reads one line there without echo. INVALID_ARGUMENT(USAGE) without a terminal.
  absl::StatusOr<Secret> ReadSecret(absl::string_view prompt);

  // Asks a question that is answered by yes or no; no is the default. INVALID_ARGUMENT(USAGE) if nobody can be asked.
  absl::StatusOr<bool> AskYesNo(absl::string_view question);

 private:
  std::string Styled(absl::string_view text, absl::string_view code) const;
  // Reads more into buffer_; false at the end of the input.
  absl::StatusOr<bool> Fill();

  Wiring wiring_;
  std::string buffer_;  // read but not yet given out
};

// The first line that `fd` gives, as a secret; at most 4 KiB.
absl::StatusOr<Secret> ReadSecretFd(int fd);

// All of a file, without line ends behind it, at most 4 KiB, if only its owner can read it:
// FAILED_PRECONDITION(KEY_FILE) when group or others may read or write it, when it belongs to someone else, or when it
// is no regular file; NOT_FOUND(FILE_MISSING).
absl::StatusOr<Secret> ReadSecretFile(const std::string& path);

}  // namespace qf::cli
