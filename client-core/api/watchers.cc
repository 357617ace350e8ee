#include "client-core/api/watchers.h"

#include <utility>

#include "common/base/error.h"

namespace qf::client {

Watchers::~Watchers() {
  for (Watcher& watcher : watchers_) watcher.writer.Finish(Error(Reason::REASON_SHUTDOWN, "the client has ended"));
}

void Watchers::Add(rpc::Writer<clientpb::WatchResponse> writer, const clientpb::WatchResponse& first) {
  Watcher& watcher = watchers_.emplace_back(std::move(writer));
  Merge(first, &watcher);
  watcher.writer.OnWakeUp([this] { slot_.Post([this] { Flush(); }); });
  Flush();
}

void Watchers::Tell(const clientpb::WatchResponse& event) {
  for (Watcher& watcher : watchers_) Merge(event, &watcher);
  Flush();
}

void Watchers::Merge(const clientpb::WatchResponse& event, Watcher* watcher) {
  switch (event.event_case()) {
    case clientpb::WatchResponse::kChanges:
      watcher->changes.MergeFrom(event.changes());  // a field that is set stays set
      watcher->changed = true;
      return;
    case clientpb::WatchResponse::kSync:
      watcher->sync = std::make_unique<clientpb::SyncResponse>(event.sync());
      return;
    case clientpb::WatchResponse::kSession:
      watcher->session = std::make_unique<clientpb::Session>(event.session());
      return;
    case clientpb::WatchResponse::kAttention:
      watcher->attention.insert(event.attention().reason());
      return;
    case clientpb::WatchResponse::EVENT_NOT_SET:
      return;
  }
}

bool Watchers::Next(Watcher* watcher, clientpb::WatchResponse* event) {
  if (watcher->session != nullptr) {
    *event->mutable_session() = *std::exchange(watcher->session, nullptr);
  } else if (!watcher->attention.empty()) {
    event->mutable_attention()->set_reason(watcher->attention.extract(watcher->attention.begin()).value());
  } else if (std::exchange(watcher->changed, false)) {
    watcher->changes.Swap(event->mutable_changes());
    watcher->changes.Clear();
  } else if (watcher->sync != nullptr) {
    *event->mutable_sync() = *std::exchange(watcher->sync, nullptr);
  } else {
    return false;
  }
  return true;
}

void Watchers::Flush() {
  for (auto at = watchers_.begin(); at != watchers_.end();) {
    if (at->writer.Cancelled()) {
      at->writer.Finish(Error(Reason::REASON_CANCELLED, "the watch was cancelled"));
      at = watchers_.erase(at);
      continue;
    }
    clientpb::WatchResponse event;
    while (at->writer.WantsMore() && Next(&*at, &event)) {
      at->writer.Send(event);
      event.Clear();
    }
    ++at;
  }
}

}  // namespace qf::client
