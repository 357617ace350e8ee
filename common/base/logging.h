// Logs that cannot hold content: an event has a fixed name and fields of allow-listed types only.
//
//   Log(Level::kInfo, "exchange", {{"records", pack.size()}, {"reason", Reason::REASON_BUSY}});
//
// A std::string is no field, on purpose: there is no way to pass a name, a text, an address or a key.
// Threads: any. Where lines go is set once by the program (SetLogSink); by default nowhere.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/functional/any_invocable.h"
#include "common/base/error.h"

namespace qf {

enum class Level { kDebug, kInfo, kWarning, kError };

class LogField {
 public:
  template <size_t N, class T>
    requires std::integral<T>
  LogField(const char (&name)[N], T value) : name_(name), value_(std::to_string(value)) {}
  template <size_t N>
  LogField(const char (&name)[N], Reason value) : name_(name), value_(NameOf(value)) {}
  template <size_t N>
  LogField(const char (&name)[N], absl::StatusCode value) : name_(name), value_(absl::StatusCodeToString(value)) {}
  const char* name() const { return name_; }
  const std::string& value() const { return value_; }

 private:
  const char* name_;
  std::string value_;
};

// `line` is "event name=value …", without level, time or newline.
using LogSink = absl::AnyInvocable<void(Level level, const std::string& line) const>;
void SetLogSink(LogSink sink);

void LogEvent(Level level, const char* event, std::initializer_list<LogField> fields);

template <size_t N>
void Log(Level level, const char (&event)[N], std::initializer_list<LogField> fields = {}) {
  LogEvent(level, event, fields);
}

}  // namespace qf
