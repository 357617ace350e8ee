#include "common/connect/http_front.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "common/base/error.h"
#include "common/base/loop.h"
#include "common/base/try.h"
#include "common/connect/http_connection.h"

namespace qf::connect {
namespace {

namespace net = boost::asio;
using net::ip::tcp;
using ErrorCode = boost::system::error_code;

class Front final : public HttpFront {
 public:
  Front(const rpc::MethodTable& table, Options options)
      : shared_(std::make_shared<HttpShared>(HttpShared{table, std::move(options), context_, {}})) {}
  ~Front() override {
    net::post(*context_, [this] {
      ErrorCode ignored;
      acceptor_.close(ignored);
      while (!shared_->connections.empty()) shared_->connections.front()->Close();
    });
    thread_.reset();  // once nothing is under way
  }

  absl::Status Listen() {
    ErrorCode error;
    const auto address = net::ip::make_address(shared_->options.address, error);
    const tcp::endpoint endpoint(address, shared_->options.port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) return Error(Reason::REASON_CONFIG, "cannot listen at this address");
    Accept();
    thread_ = NewThreadLoop();
    thread_->Post([context = context_] { context->run(); });
    return absl::OkStatus();
  }

  uint16_t port() const override { return port_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](ErrorCode error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!error && MakeRoom()) {
        std::make_shared<HttpConnection>(shared_, std::move(socket))->ReadHead();
      }
      Accept();
    });
  }

  // True if there is a place for one more.
  bool MakeRoom() {
    const auto& all = shared_->connections;
    if (all.size() < kConnectionsMax) return true;
    const auto oldest = std::find_if(all.begin(), all.end(), [](const auto* each) { return !each->was_called(); });
    if (oldest == all.end()) return false;
    (*oldest)->Close();
    return true;
  }

  const std::shared_ptr<net::io_context> context_ = std::make_shared<net::io_context>(1);
  const std::shared_ptr<HttpShared> shared_;
  tcp::acceptor acceptor_{*context_};
  std::unique_ptr<Loop> thread_;
  uint16_t port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpFront>> HttpFront::Open(const rpc::MethodTable& table, Options options) {
  auto front = std::make_unique<Front>(table, std::move(options));
  QF_TRY(front->Listen());
  return front;
}

}  // namespace qf::connect
