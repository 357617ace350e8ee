// Methods to try a carrier with: each shows one thing that a handler may do. Messages are google.protobuf.StringValue.
#pragma once

#include <google/protobuf/wrappers.pb.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/mutex.h"
#include "common/rpc/method_table.h"

namespace qf {

using google::protobuf::StringValue;

inline StringValue Text(const std::string& text) {
  StringValue out;
  out.set_value(text);
  return out;
}
inline std::string TextBytes(const std::string& text) { return Text(text).SerializeAsString(); }
inline std::string TextOf(const std::string& bytes) {
  StringValue out;
  return out.ParseFromString(bytes) ? out.value() : "cannot be read";
}

class TestService {
 public:
  TestService() {
    using rpc::CallInfo;
    using rpc::Reply;
    using rpc::Writer;
    table_.Unary<StringValue, StringValue>(
        "test.Test/Echo", [](const CallInfo&, const StringValue& in, Reply<StringValue> reply) { reply.Finish(in); });
    table_.Unary<StringValue, StringValue>(
        "test.Test/Small", [](const CallInfo&, const StringValue& in, Reply<StringValue> reply) { reply.Finish(in); },
        100);
    table_.Unary<StringValue, StringValue>(
        "test.Test/Who", [](const CallInfo& info, const StringValue&, Reply<StringValue> reply) {
          reply.Finish(Text(absl::StrCat(info.peer, " ", info.principal.hex(), " ", ToHex(info.call_token))));
        });
    table_.Unary<StringValue, StringValue>("test.Test/Busy",
                                           [](const CallInfo&, const StringValue&, Reply<StringValue> reply) {
                                             reply.Fail(Error(Reason::REASON_BUSY, "come back later", 1'234));
                                           });
    table_.Unary<StringValue, StringValue>("test.Test/Drop",
                                           [](const CallInfo&, const StringValue&, Reply<StringValue>) {});
    table_.Unary<StringValue, StringValue>("test.Test/Large",
                                           [](const CallInfo&, const StringValue& in, Reply<StringValue> reply) {
                                             reply.Finish(Text(std::string(NumberIn(in.value()), 'x')));
                                           });
    table_.Unary<StringValue, StringValue>(
        "test.Test/Wait",
        [this](const CallInfo&, const StringValue&, Reply<StringValue> reply) { Keep(std::move(reply)); });
    table_.Stream<StringValue, StringValue>("test.Test/Count",
                                            [this](const CallInfo&, const StringValue& in, Writer<StringValue> writer) {
                                              StartPump(in.value(), std::move(writer));
                                            });
    table_.Stream<StringValue, StringValue>("test.Test/Flood",
                                            [this](const CallInfo&, const StringValue& in, Writer<StringValue> writer) {
                                              for (size_t i = 0; i < NumberIn(in.value()); ++i, ++flooded_)
                                                writer.Send(Text(std::string(100'000, 'f')));
                                              writer.Finish(absl::OkStatus());
                                            });
    table_.Stream<StringValue, StringValue>("test.Test/TwoThenFail",
                                            [](const CallInfo&, const StringValue&, Writer<StringValue> writer) {
                                              writer.Send(Text("one"));
                                              writer.Send(Text("two"));
                                              writer.Finish(Error(Reason::REASON_SUPERSEDED, "a newer one came"));
                                            });
  }

  const rpc::MethodTable& table() const { return table_; }

  // Calls of Wait that have not been answered, and how many of them were woken by a cancel.
  size_t waiting() const {
    MutexLock lock(mutex_);
    return waiting_.size();
  }
  size_t woken() const {
    MutexLock lock(mutex_);
    return woken_;
  }
  size_t cancelled() const {
    MutexLock lock(mutex_);
    return static_cast<size_t>(
        std::count_if(waiting_.begin(), waiting_.end(), [](const auto& reply) { return reply.Cancelled(); }));
  }
  // Answers them all.
  void Release() {
    std::vector<rpc::Reply<StringValue>> all;
    {
      MutexLock lock(mutex_);
      all.swap(waiting_);
    }
    for (auto& reply : all) reply.Finish(Text("released"));
  }
  // What the last Count has given its carrier, and how it ended.
  size_t counted() const {
    MutexLock lock(mutex_);
    return pump_ == nullptr ? 0 : pump_->sent();
  }
  // How many messages Flood has sent.
  size_t flooded() const { return flooded_; }
  bool count_ended() const {
    MutexLock lock(mutex_);
    return pump_ != nullptr && pump_->ended();
  }

 private:
  // A stream as it should be written: the wake-up is set first, then it sends while it may.
  class Pump {
   public:
    Pump(size_t messages, size_t size_bytes, rpc::Writer<StringValue> writer)
        : messages_(messages), size_bytes_(size_bytes), writer_(std::move(writer)) {}
    void Begin(const std::shared_ptr<Pump>& self) {
      writer_.OnWakeUp([self] { self->Run(); });
      Run();
    }
    void Run() {
      MutexLock lock(mutex_);
      if (ended_) return;
      while (sent_ < messages_ && writer_.WantsMore()) {
        std::string text = absl::StrCat(sent_++);
        text.resize(std::max(text.size(), size_bytes_), ' ');
        writer_.Send(Text(text));
      }
      if (sent_ < messages_ && !writer_.Cancelled()) return;
      ended_ = true;
      writer_.Finish(absl::OkStatus());
    }
    size_t sent() const {
      MutexLock lock(mutex_);
      return sent_;
    }
    bool ended() const {
      MutexLock lock(mutex_);
      return ended_;
    }

   private:
    const size_t messages_;
    const size_t size_bytes_;
    mutable Mutex mutex_;
    rpc::Writer<StringValue> writer_;
    size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
    bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  };

  static size_t NumberIn(absl::string_view text) {
    size_t out = 0;
    (void)absl::SimpleAtoi(text, &out);
    return out;
  }

  void Keep(rpc::Reply<StringValue> reply) {
    MutexLock lock(mutex_);
    reply.OnWakeUp([this] {
      MutexLock inner(mutex_);
      ++woken_;
    });
    waiting_.push_back(std::move(reply));
  }

  // "messages size_bytes"
  void StartPump(const std::string& wish, rpc::Writer<StringValue> writer) {
    const std::vector<std::string> parts = absl::StrSplit(wish, ' ');
    const auto pump = std::make_shared<Pump>(NumberIn(parts[0]), NumberIn(parts[1]), std::move(writer));
    {
      MutexLock lock(mutex_);
      pump_ = pump;
    }
    pump->Begin(pump);
  }

  rpc::MethodTable table_;
  std::atomic<size_t> flooded_ = 0;
  mutable Mutex mutex_;
  std::vector<rpc::Reply<StringValue>> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t woken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<Pump> pump_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qf
