// The C ABI under any order of calls: clients, calls, credits and cancels that were never made, bytes that are no
// message, in both encodings. Each started call must end exactly once, nothing may be called after qf_close.
//
// The store lies in a folder of this program alone: a client is opened on it first, so no input chooses a path.
#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "mobile-bindings/c/qingfeng.h"

namespace qf {
namespace {

using Bytes = std::string_view;

void Check(bool held, const char* what) {
  if (held) return;
  fprintf(stderr, "does not hold: %s\n", what);
  abort();
}

// What a listener has seen. Outlives its client.
struct Seen {
  std::mutex mutex;
  std::map<qf_call, int> ends;
  bool closed = false;
};

void Listen(void* context, qf_call call, int32_t kind, int32_t, qf_bytes) {
  auto* seen = static_cast<Seen*>(context);
  const std::lock_guard lock(seen->mutex);
  Check(!seen->closed, "!seen->closed");
  Check(seen->ends.count(call) > 0 && seen->ends[call] == 0, "seen->ends.count(call) > 0 && seen->ends[call] == 0");
  if (kind == QF_END) seen->ends[call] = 1;
}

qf_bytes BytesOf(Bytes bytes) { return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}; }

const std::string& OpenRequest(bool json) {
  static auto* const folder = [] {
    std::string name = "/tmp/qf_abi_XXXXXX";
    Check(mkdtemp(name.data()) != nullptr, "mkdtemp(name.data()) != nullptr");
    return new std::string(name);
  }();
  static auto* const text = new std::string("{\"folder\": \"" + *folder + "\"}");
  static auto* const binary = new std::string(std::string("\x0a") + static_cast<char>(folder->size()) + *folder);
  return json ? *text : *binary;
}

// Methods that take no path, and one that there is not.
constexpr const char* kMethods[] = {
    "EventService/Echo",           "EventService/EchoStream", "EventService/Watch",        "EventService/GetVersion",
    "VaultService/GetSession",     "VaultService/Unlock",     "VaultService/Lock",         "VaultService/Wipe",
    "VaultService/ReadInvitation", "VaultService/Enrol",      "VaultService/CreateOffice", "VaultService/None",
    "FieldService/CreateDraft",    "FieldService/FileReport", "FieldService/Sync",         "DeskService/ListArrivals",
};

class Session {
 public:
  explicit Session(bool json) : client_(qf_open(&Listen, &seen_)) {
    Check(client_ != 0, "client_ != 0");
    Start(1, "qingfeng.client.v1.VaultService/Open", OpenRequest(json), 1);
  }
  ~Session() {
    Check(qf_close(client_) == 0, "qf_close(client_) == 0");
    const std::lock_guard lock(seen_.mutex);
    seen_.closed = true;
    for (const auto& [call, ends] : seen_.ends) Check(ends == 1, "ends == 1");
  }

  void Start(qf_call call, const std::string& method, Bytes request, int32_t window) {
    bool fresh;
    {
      const std::lock_guard lock(seen_.mutex);
      fresh = seen_.ends.emplace(call, 0).second;
    }
    if (!fresh) return;  // numbers of this program are used once: an old one could not be told from a new one
    if (qf_start(client_, call, method.c_str(), BytesOf(request), window) == 0) return;
    const std::lock_guard lock(seen_.mutex);
    seen_.ends.erase(call);
  }

  // One step of the input: what to do, to which call, with how many of the bytes that follow.
  void Step(unsigned what, unsigned call, Bytes request) {
    switch (what & 3) {
      case 0:
      case 1: {
        const std::string name = kMethods[(what >> 2) & 15];
        return Start(call, "qingfeng.client.v1." + name, request, static_cast<int32_t>(what >> 6));
      }
      case 2:
        qf_credit(client_, call, static_cast<int32_t>(what >> 2) - 1);
        return;
      default:
        qf_cancel(what & 4 ? client_ : client_ + 1, call);
    }
  }

 private:
  Seen seen_;
  const qf_client client_;
};

void Run(Bytes input) {
  if (input.empty()) return;
  Session session((input[0] & 1) != 0);
  input.remove_prefix(1);
  while (input.size() >= 3) {
    const auto at = [&](size_t i) { return static_cast<unsigned char>(input[i]); };
    const size_t size = std::min<size_t>(at(2), input.size() - 3);
    session.Step(at(0), at(1), input.substr(3, size));
    input.remove_prefix(3 + size);
  }
}

}  // namespace
}  // namespace qf

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  qf::Run(qf::Bytes(reinterpret_cast<const char*>(data), size));
  return 0;
}
