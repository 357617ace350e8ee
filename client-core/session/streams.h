// Streaming answers whose messages are at hand: sent as fast as their receiver takes them, ended with the client.
// For: attachments, echoes. Not for: answers that wait for something to happen (api/watchers.h, sync).
// Lives on the loop; the receiver's wake-ups come from any thread and are posted to it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "common/base/error.h"
#include "common/base/loop.h"
#include "common/rpc/method_table.h"

namespace qf::client {

class Streams {
 public:
  // `post` runs a task on the loop while this object is there.
  explicit Streams(absl::AnyInvocable<void(Task)> post) : post_(std::move(post)) {}
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;
  // Ends every stream with UNAVAILABLE(SHUTDOWN).
  ~Streams() {
    for (auto& [id, stream] : streams_) stream->End(Error(Reason::REASON_SHUTDOWN, "the client has ended"));
  }

  // Sends what `next` gives until that is nullopt (the end) or an error (the stream's). `next` is not called after a
  // cancel.
  template <class Response>
  void Start(rpc::Writer<Response> writer, absl::AnyInvocable<absl::StatusOr<std::optional<Response>>()> next) {
    const uint64_t id = ++last_;
    auto stream = std::make_unique<TypedStream<Response>>(std::move(writer), std::move(next));
    stream->OnWakeUp([this, id] { post_([this, id] { Go(id); }); });
    streams_.emplace(id, std::move(stream));
    Go(id);
  }

 private:
  struct Stream {
    virtual ~Stream() = default;
    // True once it has ended.
    virtual bool Go() = 0;
    virtual void End(absl::Status status) = 0;
  };

  template <class Response>
  class TypedStream final : public Stream {
   public:
    TypedStream(rpc::Writer<Response> writer, absl::AnyInvocable<absl::StatusOr<std::optional<Response>>()> next)
        : writer_(std::move(writer)), next_(std::move(next)) {}
    void OnWakeUp(absl::AnyInvocable<void()> wake_up) { writer_.OnWakeUp(std::move(wake_up)); }
    void End(absl::Status status) override { writer_.Finish(std::move(status)); }
    bool Go() override {
      while (!writer_.Cancelled()) {
        if (!ahead_.has_value()) {  // one is made ahead: an end needs no room at the receiver
          auto message = next_();
          if (!message.ok() || !message->has_value()) {
            End(message.status());
            return true;
          }
          ahead_ = *std::move(message);
        }
        if (!writer_.WantsMore()) return false;
        writer_.Send(*std::exchange(ahead_, std::nullopt));
      }
      End(Error(Reason::REASON_CANCELLED, "it was cancelled"));
      return true;
    }

   private:
    rpc::Writer<Response> writer_;
    absl::AnyInvocable<absl::StatusOr<std::optional<Response>>()> next_;
    std::optional<Response> ahead_;
  };

  void Go(uint64_t id) {
    const auto found = streams_.find(id);
    if (found != streams_.end() && found->second->Go()) streams_.erase(found);
  }

  absl::AnyInvocable<void(Task)> post_;
  std::map<uint64_t, std::unique_ptr<Stream>> streams_;
  uint64_t last_ = 0;
};

}  // namespace qf::client
