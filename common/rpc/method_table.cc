#include "common/rpc/method_table.h"

#include <google/protobuf/stubs/logging.h>

#include "common/base/check.h"

namespace qf::rpc {

MethodTable::MethodTable() { google::protobuf::SetLogHandler(nullptr); }

void MethodTable::Add(absl::string_view name, Method method) {
  const bool added = methods_.emplace(std::string(name), std::move(method)).second;
  QF_CHECK(added);
}

void MethodTable::Call(const CallInfo& info, const std::string& request, std::shared_ptr<Outlet> outlet) const {
  const Method* method = Find(info.method);
  if (method == nullptr) {
    outlet->Finish(Error(Reason::REASON_METHOD, "there is no such method"));
    return;
  }
  if (request.size() > method->request_bytes_max) {
    outlet->Finish(Error(Reason::REASON_TOO_LARGE, "the request is larger than this method takes"));
    return;
  }
  method->start(info, request, std::move(outlet));
}

const MethodTable::Method* MethodTable::Find(absl::string_view name) const {
  const auto found = methods_.find(name);
  return found == methods_.end() ? nullptr : &found->second;
}

std::vector<std::string> MethodTable::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, method] : methods_) names.push_back(name);
  return names;
}

}  // namespace qf::rpc
