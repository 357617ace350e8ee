// How the program ends: its exit code, and what it says about an error.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/qingfeng/console.h"

namespace qf::cli {

// What a script may rely on. docs/command-line.md, "Exit codes".
enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,
  kExitUsage = 2,
  kExitNotFound = 3,
  kExitRefused = 4,
  kExitUnavailable = 5,
  kExitWrongPin = 6,
  kExitDataLoss = 7,
  kExitInterrupted = 130,  // what shells give a program that Ctrl-C ended
};

// The exit code that belongs to `status`: by its google.rpc.Code, but for the reasons about a PIN.
ExitCode ExitCodeOf(const absl::Status& status);

// Each exit code with its meaning, in order, for the manual.
struct ExitMeaning {
  ExitCode code;
  const char* english;
};
std::vector<ExitMeaning> ExitMeanings();

// What is wrong with a file that a person wrote, at that line of it; OK stays OK.
absl::Status AtLine(size_t line, const absl::Status& status);

// The error as people read it: the sentence, the reason's name, what to do, when to try again.
std::string ErrorText(const absl::Status& status, const Console& console);

// The same as one JSON object: {"error": {"code", "reason", "message", "remedy", "retry_after_ms"}}.
std::string ErrorJson(const absl::Status& status);

}  // namespace qf::cli
