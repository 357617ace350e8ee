#include "common/connect/http_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/rpc/json.h"

namespace qf::connect {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kHeadTime = std::chrono::seconds(10);  // for a head that has begun; slow ones must not hold a place
constexpr auto kBodyTime = std::chrono::seconds(30);
constexpr auto kWriteTime = std::chrono::seconds(60);
constexpr auto kIdleTime = std::chrono::seconds(75);  // between requests of one connection

Bytes View(beast::string_view text) { return {text.data(), text.size()}; }

// The one field of that name; an empty text if there is none, nullopt if there are several.
std::optional<std::string> OnlyField(const http::fields& fields, const char* name) {
  const auto range = fields.equal_range(name);
  if (range.first == range.second) return "";
  if (std::next(range.first) != range.second) return std::nullopt;
  return std::string(View(range.first->value()));
}

std::optional<HttpRequest> HeadOf(const http::request<http::string_body>& message) {
  HttpRequest head;
  head.verb = std::string(View(message.method_string()));
  head.target = std::string(View(message.target()));
  for (const auto& [name, into] :
       {std::pair("Host", &head.host), std::pair("Origin", &head.origin), std::pair("Cookie", &head.cookie),
        std::pair("Qingfeng-Unattended", &head.unattended)}) {
    auto value = OnlyField(message, name);
    if (!value.has_value()) return std::nullopt;
    *into = *std::move(value);
  }
  return head;
}

HttpPage PageOf(unsigned status) {
  HttpPage page;
  page.status = status;
  page.content_type = "text/plain; charset=utf-8";
  page.body = absl::StrCat(View(http::obsolete_reason(static_cast<http::status>(status))), "\n");
  return page;
}

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<HttpShared> shared, net::ip::tcp::socket socket)
    : shared_(std::move(shared)), stream_(std::move(socket)), timer_(stream_.get_executor()) {
  shared_->connections.push_back(this);
}

HttpConnection::~HttpConnection() {
  shared_->connections.remove(this);
  if (call_ != nullptr) call_->Drop();
}

void HttpConnection::ReadHead() {
  parser_.emplace();
  parser_->header_limit(HttpFront::kHeaderBytesMax);
  parser_->body_limit(limits::kMessageBytes + kEnvelopeBytes);
  stream_.expires_after(buffer_.size() > 0 ? kHeadTime : kIdleTime);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](ErrorCode error, size_t) { self->OnHead(error); });
}

void HttpConnection::Close() {
  shared_->connections.remove(this);
  if (call_ != nullptr) call_->Drop();
  EndCall();
  ErrorCode ignored;
  stream_.socket().close(ignored);
}

void HttpConnection::OnHead(ErrorCode error) {
  if (error == http::error::header_limit) return Answer(PageOf(431), false);
  if (error == net::error::operation_aborted || error == beast::error::timeout || error == http::error::end_of_stream) {
    return Close();
  }
  if (error) return Answer(PageOf(400), false);
  const auto head = HeadOf(parser_->get());
  if (!head.has_value() || head->host.empty()) return Answer(PageOf(400), false);
  info_ = rpc::CallInfo();
  kind_ = KindOf(View(parser_->get()[http::field::content_type]));
  const absl::Status admitted = shared_->options.guard(*head, &info_);
  if (!admitted.ok()) return Refuse(admitted);
  if (parser_->get().method() == http::verb::post) {
    was_called_ = true;
    return BeginCall(head->target);
  }
  if (parser_->content_length().value_or(0) > 0 || parser_->chunked()) return Answer(PageOf(400), false);
  Answer(shared_->options.page(*head), parser_->keep_alive());
}

void HttpConnection::BeginCall(const std::string& target) {
  if (!kind_.has_value()) return Answer(PageOf(415), false);
  if (!absl::StartsWith(target, "/")) return Answer(PageOf(400), false);
  info_.method = target.substr(1);
  const absl::Status read = ReadCallHead();
  if (!read.ok()) return Refuse(read);
  stream_.expires_after(kBodyTime);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](ErrorCode error, size_t) { self->OnBody(error); });
}

absl::Status HttpConnection::ReadCallHead() {
  method_ = shared_->table.Find(info_.method);
  if (method_ == nullptr) return Error(Reason::REASON_METHOD, "there is no such method");
  if (method_->streams != kind_->streams) {
    return Error(Reason::REASON_FRAME, "this method is called with another content type");
  }
  const auto& head = parser_->get();
  if (View(head["Connect-Protocol-Version"]) != "1") {
    return Error(Reason::REASON_FRAME, "the version of the protocol is missing or unknown");
  }
  for (const char* name : {"Content-Encoding", "Connect-Content-Encoding"}) {
    const Bytes encoding = View(head[name]);
    if (!encoding.empty() && encoding != "identity") {
      return Error(Reason::REASON_FRAME, "compressed requests are not read");
    }
  }
  timeout_us_ = 0;
  const Bytes timeout = View(head["Connect-Timeout-Ms"]);
  if (timeout.empty()) return absl::OkStatus();
  QF_TRY_ASSIGN(timeout_us_, ReadTimeoutUs(timeout));
  return absl::OkStatus();
}

void HttpConnection::OnBody(ErrorCode error) {
  if (error == http::error::body_limit) return Refuse(Error(Reason::REASON_TOO_LARGE, "the request is too large"));
  if (error) return Close();
  stream_.expires_never();
  const auto request = RequestBytes();
  if (!request.ok()) return Refuse(request.status());
  keep_alive_ = parser_->keep_alive();
  begun_ = writing_ = false;
  const std::weak_ptr<HttpConnection> here = weak_from_this();
  call_ = std::make_shared<HttpCall>([here, context = shared_->context, call = ++calls_] {
    net::post(*context, [here, call] {
      const auto self = here.lock();
      if (self != nullptr && self->calls_ == call) self->Pump();
    });
  });
  WatchTime();
  WatchEnd();
  shared_->table.Call(info_, *request, call_);
}

absl::StatusOr<std::string> HttpConnection::RequestBytes() {
  std::string body = std::move(parser_->get().body());
  if (kind_->streams) {
    QF_TRY_ASSIGN(body, OpenEnvelope(body));
  }
  if (kind_->payload == Payload::kJson) return rpc::FromJson(body, *method_->request);
  return body;
}

std::string HttpConnection::Encoded(std::string message) const {
  if (kind_->payload == Payload::kProto) return message;
  const std::unique_ptr<google::protobuf::Message> parsed(method_->response->New());
  parsed->ParseFromString(message);
  return rpc::ToJson(*parsed).value_or("{}");
}

void HttpConnection::WatchTime() {
  if (timeout_us_ == 0) return;
  timer_.expires_after(std::chrono::microseconds(timeout_us_));
  timer_.async_wait([self = shared_from_this(), call = calls_](ErrorCode error) {
    if (error || self->calls_ != call || self->call_ == nullptr) return;
    // First the end, so that the drop does not become it.
    self->call_->Finish(Error(Reason::REASON_DEADLINE, "the call took longer than allowed"));
    self->call_->Drop();
  });
}

// A caller that goes away is seen by its connection becoming readable with nothing in it. What comes early of a next
// request is left there.
void HttpConnection::WatchEnd() {
  stream_.socket().async_wait(
      net::ip::tcp::socket::wait_read, [self = shared_from_this(), call = calls_](ErrorCode error) {
        if (error || self->calls_ != call || self->call_ == nullptr) return;
        ErrorCode ignored;
        char byte;
        self->stream_.socket().non_blocking(true, ignored);
        const size_t there =
            self->stream_.socket().receive(net::buffer(&byte, 1), net::ip::tcp::socket::message_peek, ignored);
        if (there == 0 && ignored != net::error::would_block) self->Close();
      });
}

void HttpConnection::Pump() {
  if (call_ == nullptr || writing_) return;
  if (kind_->streams) return PumpStream();
  HttpCall::Ready ready = call_->Take();
  for (std::string& message : ready.messages) unary_ = std::move(message);
  if (!ready.ended) return;
  EndCall();
  if (!ready.status.ok()) return Refuse(ready.status);
  HttpPage page;
  page.content_type = std::string(ContentTypeOf(*kind_));
  page.body = Encoded(std::exchange(unary_, {}));
  Answer(std::move(page), keep_alive_);
}

void HttpConnection::PumpStream() {
  HttpCall::Ready ready = call_->Take();
  std::string bytes;
  for (std::string& message : ready.messages) absl::StrAppend(&bytes, Envelope(Encoded(std::move(message))));
  if (ready.ended) absl::StrAppend(&bytes, EndOfStream(ready.status));
  if (bytes.empty() && begun_) return;
  out_.clear();
  if (!std::exchange(begun_, true)) AppendStreamHead();
  if (!bytes.empty()) absl::StrAppend(&out_, absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
  if (ready.ended) absl::StrAppend(&out_, "0\r\n\r\n");
  writing_ = true;
  stream_.expires_after(kWriteTime);
  net::async_write(stream_, net::buffer(out_),
                   [self = shared_from_this(), ended = ready.ended](ErrorCode error, size_t) {
                     self->writing_ = false;
                     self->stream_.expires_never();
                     if (error) return self->Close();
                     if (!ended) return self->Pump();
                     self->EndCall();
                     self->Next(self->keep_alive_);
                   });
}

void HttpConnection::AppendStreamHead() {
  absl::StrAppend(&out_, "HTTP/1.1 200 OK\r\nContent-Type: ", ContentTypeOf(*kind_),
                  "\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n",
                  keep_alive_ ? "" : "Connection: close\r\n", "\r\n");
}

void HttpConnection::EndCall() {
  ++calls_;  // what is still posted of it does not matter
  call_.reset();
  timer_.cancel();
  ErrorCode ignored;
  stream_.socket().cancel(ignored);  // the wait for its end
}

// Of a call in Connect's form. If its body has not been read, the connection ends.
void HttpConnection::Refuse(const absl::Status& status) {
  if (!kind_.has_value()) return Answer(PageOf(static_cast<unsigned>(HttpStatusOf(status.code()))), false);
  HttpPage page;
  if (kind_->streams) {
    page.content_type = std::string(ContentTypeOf(*kind_));
    page.body = EndOfStream(status);
  } else {
    page.status = static_cast<unsigned>(HttpStatusOf(status.code()));
    page.content_type = "application/json";
    page.body = ErrorJson(status);
  }
  Answer(std::move(page), parser_->is_done() && parser_->keep_alive());
}

void HttpConnection::Answer(HttpPage page, bool keep_alive) {
  auto response = std::make_shared<http::response<http::string_body>>(static_cast<http::status>(page.status), 11);
  response->set(http::field::content_type, page.content_type);
  response->set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : page.headers) response->set(name, value);
  response->keep_alive(keep_alive);
  response->body() = std::move(page.body);
  response->prepare_payload();
  if (parser_->get().method() == http::verb::head) response->body().clear();
  stream_.expires_after(kWriteTime);
  http::async_write(stream_, *response, [self = shared_from_this(), response, keep_alive](ErrorCode error, size_t) {
    if (error) return self->Close();
    self->Next(keep_alive);
  });
}

void HttpConnection::Next(bool keep_alive) {
  if (keep_alive) return ReadHead();
  ErrorCode ignored;
  stream_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  Close();
}

}  // namespace qf::connect
