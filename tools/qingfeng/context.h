// What a command works with: the console, the global options, and the client core in the state that it asks for.
//
// A store is held by one process at a time, so every invocation opens it, unlocks it if it must, does its work and
// closes it by ending. No command opens a store that it does not need.
// Threads: the main thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/files.h"
#include "common/base/proto_names.h"
#include "common/base/secret.h"
#include "google/protobuf/message.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tools/qingfeng/command.h"
#include "tools/qingfeng/console.h"
#include "tools/qingfeng/core.h"

namespace qf::cli {

struct GlobalOptions {
  std::string store;  // folder; empty = DefaultStore()
  bool json = false;
  bool quiet = false;
  bool yes = false;
  std::string pin_file;
  int pin_fd = -1;
};

// "$XDG_DATA_HOME/qingfeng", else "$HOME/.local/share/qingfeng".
std::string DefaultStore();

class Context {
 public:
  using StartCore = std::function<std::unique_ptr<CoreHost>()>;

  // `options` are filled by the parser before a command runs. All outlive the context.
  Context(Console& console, Files& files, const GlobalOptions& options, StartCore start_core)
      : console_(console), files_(files), options_(options), start_core_(std::move(start_core)) {}

  Console& console() { return console_; }
  std::ostream& out() { return console_.out(); }
  Files& files() { return files_; }
  bool json() const { return options_.json; }
  bool quiet() const { return options_.quiet || options_.json; }
  // The tree of commands that this run was parsed by; for completion and manual.
  const Command* root = nullptr;

  // The core without a store.
  Core& Bare();
  // The core with its store open. FAILED_PRECONDITION(NOT_ENROLLED) if there is no store.
  absl::StatusOr<Core*> Open();
  // The same, and the store is made if there is none.
  absl::StatusOr<Core*> OpenOrCreate();
  // The same, for pages that this program hosts: OpenRequest.for_pages.
  absl::StatusOr<Core*> OpenForPages();
  // The core with its store open and unlocked; asks for the PIN, three times if it is typed.
  absl::StatusOr<Core*> Unlock();
  // The session as Open or Unlock found it.
  const clientpb::Session& session() const { return session_; }

  // The PIN by --pin-file, --pin-fd, or asked on the terminal with `prompt`. Asked or read anew each time.
  absl::StatusOr<Secret> Pin(const char* prompt);
  // A new PIN: asked twice. From `file` when given, else from --pin-file or --pin-fd if `from_options`.
  absl::StatusOr<Secret> NewPin(const std::string& file, bool from_options);

  // What stands in the file; "-" = standard input. TOO_LARGE and other errors of ReadFile.
  absl::StatusOr<std::string> Read(const std::string& path, size_t max_bytes);

  // Results. Json: one line, the proto's field names, every field, as a script can rely on them.
  absl::Status PrintJson(const google::protobuf::Message& message);
  // Name and value pairs, lined up; empty values left out.
  void PrintFields(const std::vector<std::pair<std::string, std::string>>& pairs);
  // A remark for a person, on err(); not with --quiet or --json.
  void Say(absl::string_view text);

  // OK if the person says yes or --yes was given; CANCELLED(CANCELLED) if not.
  absl::Status Confirm(absl::string_view question);

 private:
  bool PinIsTyped() const { return options_.pin_file.empty() && options_.pin_fd < 0; }
  absl::StatusOr<Core*> OpenStore(bool create, bool for_pages);

  Console& console_;
  Files& files_;
  const GlobalOptions& options_;
  StartCore start_core_;
  std::unique_ptr<CoreHost> host_;
  std::unique_ptr<Core> core_;
  bool opened_ = false;
  clientpb::Session session_;
};

}  // namespace qf::cli
