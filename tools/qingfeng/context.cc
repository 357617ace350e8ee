#include "tools/qingfeng/context.h"

#include <stdlib.h>

#include <ostream>

#include "absl/strings/str_cat.h"
#include "common/base/try.h"
#include "common/rpc/json.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

constexpr int kPinTries = 3;

}  // namespace

std::string DefaultStore() {
  if (const char* data = getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return absl::StrCat(data, "/qingfeng");
  const char* home = getenv("HOME");
  return absl::StrCat(home == nullptr ? "." : home, "/.local/share/qingfeng");
}

Core& Context::Bare() {
  if (core_ == nullptr) {
    host_ = start_core_();
    core_ = std::make_unique<Core>(host_->methods());
  }
  return *core_;
}

absl::StatusOr<Core*> Context::OpenStore(bool create, bool for_pages) {
  if (opened_) return core_.get();
  clientpb::OpenRequest request;
  request.set_for_pages(for_pages);
  request.set_folder(options_.store.empty() ? DefaultStore() : options_.store);
  request.set_locale(LanguageTag());
  if (!create) {
    QF_TRY_ASSIGN(const bool exists, files_.Exists(request.folder()));
    if (!exists) return Error(Reason::REASON_NOT_ENROLLED, Tr("there is no store in that folder"));
  }
  QF_TRY_ASSIGN(auto response, Bare().Call<clientpb::OpenResponse>(request));
  session_ = response.session();
  opened_ = true;
  return core_.get();
}

absl::StatusOr<Core*> Context::Open() { return OpenStore(false, false); }
absl::StatusOr<Core*> Context::OpenOrCreate() { return OpenStore(true, false); }
absl::StatusOr<Core*> Context::OpenForPages() { return OpenStore(true, true); }

absl::StatusOr<Core*> Context::Unlock() {
  QF_TRY_ASSIGN(Core* const core, Open());
  if (session_.state() == clientpb::SESSION_STATE_EMPTY) {
    return Error(Reason::REASON_NOT_ENROLLED, Tr("this store belongs to no office yet"));
  }
  for (int tries = 1; session_.state() == clientpb::SESSION_STATE_LOCKED; ++tries) {
    QF_TRY_ASSIGN(const Secret pin, Pin(Tr("PIN: ")));
    clientpb::UnlockRequest request;
    request.set_pin(std::string(pin.bytes()));
    auto response = core->Call<clientpb::UnlockResponse>(request);
    if (response.ok()) {
      session_ = response->session();
      break;
    }
    const bool again = ReasonOf(response.status()) == Reason::REASON_PIN_WRONG && PinIsTyped() && tries < kPinTries;
    if (!again) return response.status();
    Say(Tr("wrong PIN, try again"));
  }
  return core;
}

absl::StatusOr<Secret> Context::Pin(const char* prompt) {
  if (!options_.pin_file.empty()) return ReadSecretFile(options_.pin_file);
  if (options_.pin_fd >= 0) return ReadSecretFd(options_.pin_fd);
  return console_.ReadSecret(prompt);
}

absl::StatusOr<Secret> Context::NewPin(const std::string& file, bool from_options) {
  if (!file.empty()) return ReadSecretFile(file);
  if (from_options && !PinIsTyped()) return Pin("");
  while (true) {
    QF_TRY_ASSIGN(Secret first, console_.ReadSecret(Tr("new PIN or passphrase: ")));
    QF_TRY_ASSIGN(const Secret second, console_.ReadSecret(Tr("the same again: ")));
    if (first.bytes() == second.bytes()) return first;
    Say(Tr("these were not the same"));
  }
}

absl::StatusOr<std::string> Context::Read(const std::string& path, size_t max_bytes) {
  return path == "-" ? console_.ReadAll(max_bytes) : ReadFile(files_, path, max_bytes);
}

absl::Status Context::PrintJson(const google::protobuf::Message& message) {
  QF_TRY_ASSIGN(const std::string json, rpc::ToJson(message));
  out() << json << "\n" << std::flush;  // whoever reads a stream waits for each line
  return absl::OkStatus();
}

void Context::PrintFields(const std::vector<std::pair<std::string, std::string>>& pairs) {
  out() << Fields(pairs, console_.columns());
}

void Context::Say(absl::string_view text) {
  if (!quiet()) console_.err() << Clean(text, true) << "\n";
}

absl::Status Context::Confirm(absl::string_view question) {
  if (options_.yes) return absl::OkStatus();
  QF_TRY_ASSIGN(const bool yes, console_.AskYesNo(question));
  return yes ? absl::OkStatus() : Error(Reason::REASON_CANCELLED, Tr("cancelled"));
}

}  // namespace qf::cli
