#include "tools/qingfeng/console.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "tools/qingfeng/text.h"

namespace qf::cli {
namespace {

constexpr size_t kLineBytesMax = 64 * 1024;
constexpr size_t kSecretBytesMax = 4 * 1024;
constexpr size_t kReadBytes = 4096;
constexpr int kLookForInterruptMs = 50;

volatile sig_atomic_t interrupted = 0;

void OnSignal(int) { interrupted = 1; }

bool Has(const char* name) {
  const char* value = getenv(name);
  return value != nullptr && *value != '\0';
}

int ColumnsOf(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

absl::Status Cancelled() { return Error(Reason::REASON_CANCELLED, Tr("cancelled")); }

// read(2) with words for its end: a signal is a wish to stop, never a cause to go on. One that comes just before the
// read, or to another thread, does not end it: so it is looked for while nothing is there to read.
absl::StatusOr<size_t> ReadSome(int fd, char* out, size_t size_bytes) {
  pollfd ready{fd, POLLIN, 0};
  while (!Interrupted() && poll(&ready, 1, kLookForInterruptMs) == 0) {
  }
  if (Interrupted()) return Cancelled();
  const ssize_t count = read(fd, out, size_bytes);
  if (count >= 0) return static_cast<size_t>(count);
  if (errno == EINTR) return Cancelled();
  return Error(Reason::REASON_DISK_ERROR, Tr("the input cannot be read"));
}

enum class Until { kLineEnd, kEnd };

// What `fd` gives, without line ends behind it. Reads byte by byte, so that nothing behind a line is swallowed.
absl::StatusOr<Secret> ReadSecretUntil(Until until, int fd) {
  Secret read_so_far(kSecretBytesMax);
  char* const begin = reinterpret_cast<char*>(read_so_far.mutable_data());
  size_t size = 0;
  for (; size < kSecretBytesMax; ++size) {
    QF_TRY_ASSIGN(const size_t count, ReadSome(fd, begin + size, 1));
    if (count == 0 || (begin[size] == '\n' && until == Until::kLineEnd)) break;
  }
  if (size == kSecretBytesMax) return Error(Reason::REASON_TOO_LARGE, Tr("the secret is longer than 4 KiB"));
  while (size > 0 && (begin[size - 1] == '\n' || begin[size - 1] == '\r')) --size;
  return Secret(Bytes(begin, size));
}

}  // namespace

void CatchInterrupts() {
  struct sigaction action{};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // no SA_RESTART: reads end; and the next one kills
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool Interrupted() { return interrupted != 0; }

Console::Wiring Console::OfProcess() {
  Wiring wiring;
  wiring.out = &std::cout;
  wiring.err = &std::cerr;
  wiring.in_is_terminal = isatty(STDIN_FILENO) == 1;
  wiring.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  wiring.err_is_terminal = isatty(STDERR_FILENO) == 1;
  const char* terminal = getenv("TERM");
  wiring.plain = Has("NO_COLOR") || terminal == nullptr || absl::string_view(terminal) == "dumb";
  if (wiring.out_is_terminal || wiring.err_is_terminal) {
    wiring.columns = ColumnsOf(wiring.out_is_terminal ? STDOUT_FILENO : STDERR_FILENO);
  }
  return wiring;
}

std::string Console::Styled(absl::string_view text, absl::string_view code) const {
  if (!wiring_.err_is_terminal || wiring_.plain) return std::string(text);
  return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
}

absl::StatusOr<bool> Console::Fill() {
  char chunk[kReadBytes];
  QF_TRY_ASSIGN(const size_t count, ReadSome(wiring_.in_fd, chunk, sizeof chunk));
  buffer_.append(chunk, count);
  return count > 0;
}

absl::StatusOr<std::string> Console::ReadLine(absl::string_view prompt) {
  err() << prompt << std::flush;
  size_t end;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (buffer_.size() > kLineBytesMax) return Error(Reason::REASON_TOO_LARGE, Tr("the line is longer than 64 KiB"));
    QF_TRY_ASSIGN(const bool more, Fill());
    if (more) continue;
    if (buffer_.empty()) return Cancelled();
    end = buffer_.size();
    break;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (absl::EndsWith(line, "\r")) line.pop_back();
  return line;
}

absl::StatusOr<std::string> Console::ReadAll(size_t max_bytes) {
  bool more = true;
  while (more) {
    if (buffer_.size() > max_bytes) return Error(Reason::REASON_TOO_LARGE, Tr("the input is too long"));
    QF_TRY_ASSIGN(more, Fill());
  }
  return std::move(buffer_);
}

absl::StatusOr<Secret> Console::ReadSecret(absl::string_view prompt) {
  const int fd = open(wiring_.terminal.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY);
  termios before;
  if (fd < 0 || tcgetattr(fd, &before) != 0) {
    if (fd >= 0) close(fd);
    return Error(Reason::REASON_USAGE, Tr("there is no terminal to ask on; give secrets by a file or descriptor"));
  }
  const absl::Cleanup close_fd = [fd] { close(fd); };
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  silent.c_lflag |= ICANON | ECHONL;
  tcsetattr(fd, TCSAFLUSH, &silent);
  const absl::Cleanup restore = [&] { tcsetattr(fd, TCSAFLUSH, &before); };
  // Written to the terminal itself: the question belongs where the answer is typed, whatever is redirected.
  if (write(fd, prompt.data(), prompt.size()) < 0) return Cancelled();
  return ReadSecretUntil(Until::kLineEnd, fd);
}

absl::StatusOr<bool> Console::AskYesNo(absl::string_view question) {
  if (!can_ask()) {
    return Error(Reason::REASON_USAGE, Tr("this asks for a confirmation and there is no terminal; use --yes"));
  }
  QF_TRY_ASSIGN(const std::string answer, ReadLine(absl::StrCat(question, Tr(" [y/N] "))));
  const std::string word = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return word == "y" || word == "yes" || word == "是";
}

absl::StatusOr<Secret> ReadSecretFd(int fd) { return ReadSecretUntil(Until::kLineEnd, fd); }

absl::StatusOr<Secret> ReadSecretFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT) return Error(Reason::REASON_FILE_MISSING, Tr("there is no such file"));
  if (fd < 0) return Error(Reason::REASON_FILE_DENIED, Tr("the file cannot be opened"));
  const absl::Cleanup close_fd = [fd] { close(fd); };
  struct stat found{};
  // Looked at after opening: what was checked is what is read.
  const bool private_file = fstat(fd, &found) == 0 && S_ISREG(found.st_mode) &&
                            (found.st_mode & (S_IRWXG | S_IRWXO)) == 0 && found.st_uid == geteuid();
  if (!private_file) return Error(Reason::REASON_KEY_FILE, Tr("a file with a secret can be read by others"));
  return ReadSecretUntil(Until::kEnd, fd);
}

}  // namespace qf::cli
