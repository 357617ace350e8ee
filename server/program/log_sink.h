// Where log lines of the program go: standard error, with time and level. What they can hold is decided by
// common/base/logging.h: numbers and reasons, never content.
#pragma once

#include <string>

namespace qf::server {

// `level` is one of config.h's: lines below it are dropped. Call once, first.
void StartLogging(const std::string& level);

}  // namespace qf::server
