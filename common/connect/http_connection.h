// One connection of an HTTP front: a request after the other. A part of http_front.cc; nobody else includes it.
//
// Threads: the front's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "common/connect/http_call.h"
#include "common/connect/http_front.h"
#include "common/connect/protocol.h"

namespace qf::connect {

class HttpConnection;

// What the connections of a front share.
struct HttpShared {
  const rpc::MethodTable& table;
  const HttpFront::Options options;
  // Answers that come after the front has ended are posted to it in vain: so whoever may post holds it.
  const std::shared_ptr<boost::asio::io_context> context;
  std::list<HttpConnection*> connections;  // that are open, in the order in which they came
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<HttpShared> shared, boost::asio::ip::tcp::socket socket);
  ~HttpConnection();

  // Begins; from then on the connection keeps itself until it ends.
  void ReadHead();
  // Ends it, and with it the call that is under way.
  void Close();
  // True once the guard has let a call in on it.
  bool was_called() const { return was_called_; }

 private:
  using ErrorCode = boost::system::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void OnHead(ErrorCode error);
  void BeginCall(const std::string& target);
  // What is wrong with the call's head; sets timeout_us_.
  absl::Status ReadCallHead();
  void OnBody(ErrorCode error);
  absl::StatusOr<std::string> RequestBytes();
  std::string Encoded(std::string message) const;

  // While a call is under way.
  void WatchTime();
  void WatchEnd();
  void Pump();  // writes what is ready, one operation at a time
  void PumpStream();
  void AppendStreamHead();
  void EndCall();

  // Answers that are whole.
  void Refuse(const absl::Status& status);
  void Answer(HttpPage page, bool keep_alive);
  void Next(bool keep_alive);

  const std::shared_ptr<HttpShared> shared_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_{HttpFront::kHeaderBytesMax + limits::kMessageBytes};
  std::optional<Parser> parser_;
  rpc::CallInfo info_;
  std::optional<Kind> kind_;
  const rpc::MethodTable::Method* method_ = nullptr;
  uint64_t timeout_us_ = 0;
  boost::asio::steady_timer timer_;
  std::shared_ptr<HttpCall> call_;  // under way
  uint64_t calls_ = 0;              // number of the present one
  bool was_called_ = false;
  bool keep_alive_ = false;
  bool begun_ = false;    // the head of a stream is written
  bool writing_ = false;  // a part of a stream
  std::string unary_;
  std::string out_;
};

}  // namespace qf::connect
