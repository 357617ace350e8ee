// What a browser, or whoever else reaches the port, sends: bytes over a real socket to a front. Whatever they are, the
// connection ends by itself once the sender has said all, and what comes back is nothing or HTTP. A call reaches its
// handler only with what the front asks of it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/base/check.h"
#include "common/connect/http_front.h"
#include "google/protobuf/wrappers.pb.h"

namespace qf::connect {
namespace {

using google::protobuf::StringValue;

class Scene {
 public:
  Scene() {
    table_.Unary<StringValue, StringValue>(
        "t.S/Echo", [this](const rpc::CallInfo&, const StringValue& request, rpc::Reply<StringValue> reply) {
          ++calls_;
          reply.Finish(request);
        });
    table_.Stream<StringValue, StringValue>(
        "t.S/Twice", [this](const rpc::CallInfo&, const StringValue& request, rpc::Writer<StringValue> writer) {
          ++calls_;
          writer.Send(request);
          writer.Send(request);
          writer.Finish(absl::OkStatus());
        });
    auto front = HttpFront::Open(
        table_, {.guard = [](const HttpRequest&, rpc::CallInfo*) { return absl::OkStatus(); },
                 .page = [](const HttpRequest& request) { return HttpPage{200, "text/plain", request.target, {}}; }});
    QF_CHECK(front.ok());
    front_ = *std::move(front);
  }

  // From another address of this machine each time: connections that have ended keep their ports for a minute, and one
  // address has too few of them.
  int Connect() {
    int fd = -1;
    while ((fd = TryConnect()) < 0) {
    }
    return fd;
  }

  // -1 when libFuzzer's alarm has interrupted it.
  int TryConnect() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + ++connections_ % 60'000);
    sockaddr_in to = from;
    to.sin_port = htons(front_->port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QF_CHECK(fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from) == 0);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
    QF_CHECK(errno == EINTR);
    close(fd);
    return -1;
  }

  void Take(Bytes input) {
    const int fd = Connect();
    (void)send(fd, input.data(), input.size(), MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    std::string answer;
    char piece[4096];
    ssize_t size;
    // libFuzzer's alarm, every few seconds, interrupts; it is also what stops a connection that does not end.
    while ((size = recv(fd, piece, sizeof piece, 0)) > 0 || (size < 0 && errno == EINTR)) {
      if (size > 0) answer.append(piece, static_cast<size_t>(size));
    }
    QF_CHECK(size == 0 || errno == ECONNRESET);
    close(fd);
    QF_CHECK(answer.empty() || absl::StartsWith(answer, "HTTP/1.1 "));
    if (calls_.exchange(0) > 0) {
      QF_CHECK(absl::StrContains(absl::AsciiStrToLower(input), "connect-protocol-version"));
    }
  }

 private:
  uint32_t connections_ = 0;
  std::atomic<int> calls_ = 0;  // that reached a handler
  rpc::MethodTable table_;
  std::unique_ptr<HttpFront> front_;
};

void Run(Bytes input) {
  static auto* const scene = new Scene;
  scene->Take(input);
}

}  // namespace
}  // namespace qf::connect

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  qf::connect::Run(qf::Bytes(reinterpret_cast<const char*>(data), size));
  return 0;
}
