#include "common/base/logging.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/mutex.h"

namespace qf {
namespace {

struct Sink {
  Mutex mutex;
  std::shared_ptr<const LogSink> current ABSL_GUARDED_BY(mutex);
};

Sink& TheSink() {
  static Sink* const sink = new Sink();
  return *sink;
}

}  // namespace

void SetLogSink(LogSink sink) {
  auto next = sink ? std::make_shared<const LogSink>(std::move(sink)) : nullptr;
  MutexLock lock(TheSink().mutex);
  TheSink().current = std::move(next);
}

void LogEvent(Level level, const char* event, std::initializer_list<LogField> fields) {
  std::shared_ptr<const LogSink> sink;
  {
    MutexLock lock(TheSink().mutex);
    sink = TheSink().current;
  }
  if (sink == nullptr) return;
  std::string line = event;
  for (const LogField& field : fields) absl::StrAppend(&line, " ", field.name(), "=", field.value());
  (*sink)(level, line);
}

}  // namespace qf
