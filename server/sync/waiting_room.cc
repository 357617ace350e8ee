#include "server/sync/waiting_room.h"

#include <algorithm>

#include "common/base/error.h"

namespace qf::server {
namespace {

absl::Status Stopping() { return Error(Reason::REASON_SHUTDOWN, "the server is stopping"); }

bool Concerns(const News& news, const Caller& caller) {
  if (news.facts) return true;  // a REVOKE of the caller, a new term, a role that opens a feed
  return std::any_of(caller.cursors.begin(), caller.cursors.end(), [&](const FeedCursor& cursor) {
    return cursor.feed.kind == record::FeedKind::kLog ||
           std::find(news.feeds.begin(), news.feeds.end(), cursor.feed) != news.feeds.end();
  });
}

}  // namespace

void WaitingRoom::Wait(Caller caller, Reply reply) {
  ++waiting_;
  auto guest = std::make_unique<Guest>(Guest{std::move(caller), std::move(reply)});
  loop_.Post([self = shared_from_this(), guest = std::move(guest)]() mutable { self->Enter(std::move(guest)); });
}

void WaitingRoom::Enter(std::unique_ptr<Guest> guest) {
  if (closed_) {
    --waiting_;
    guest->reply.Fail(Stopping());
    return;
  }
  const SigningKey device = guest->caller.key;
  Dismiss(device, 0, Error(Reason::REASON_SUPERSEDED, "a newer call of this device has come"));
  const uint64_t number = guest->number = ++last_number_;
  const std::weak_ptr<WaitingRoom> weak = weak_from_this();
  guest->timer = loop_.At(clock_.SteadyUs() + guest->caller.wait_us, [weak, device, number] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    const auto found = self->guests_.find(device);
    if (found != self->guests_.end() && found->second->number == number) self->Try(found, true);
  });
  guest->reply.OnWakeUp([weak, device, number, &loop = loop_] {
    loop.Post([weak, device, number] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      const auto found = self->guests_.find(device);
      if (found == self->guests_.end() || !found->second->reply.Cancelled()) return;
      self->Dismiss(device, number, Error(Reason::REASON_CANCELLED, "the caller has gone"));
    });
  });
  const auto entered = guests_.emplace(device, std::move(guest)).first;
  Try(entered, false);
}

WaitingRoom::Guests::iterator WaitingRoom::Remove(Guests::iterator guest) {
  loop_.Cancel(guest->second->timer);
  --waiting_;
  return guests_.erase(guest);
}

WaitingRoom::Guests::iterator WaitingRoom::Try(Guests::iterator guest, bool now_or_never) {
  absl::StatusOr<Answer> answer = ask_(guest->second->caller);
  if (answer.ok() && !answer->news && !now_or_never) return std::next(guest);
  Reply reply = std::move(guest->second->reply);
  const auto next = Remove(guest);
  Send(std::move(answer), reply);
  return next;
}

void WaitingRoom::Dismiss(const SigningKey& device, uint64_t number, const absl::Status& status) {
  const auto found = guests_.find(device);
  if (found == guests_.end() || (number != 0 && found->second->number != number)) return;
  Reply reply = std::move(found->second->reply);
  Remove(found);
  reply.Fail(status);
}

void WaitingRoom::Supersede(const SigningKey& device) {
  if (waiting_.load() == 0) return;
  loop_.Post([self = shared_from_this(), device] {
    self->Dismiss(device, 0, Error(Reason::REASON_SUPERSEDED, "a newer call of this device has come"));
  });
}

void WaitingRoom::Wake(const News& news) {
  if (waiting_.load() == 0) return;
  loop_.Post([self = shared_from_this(), news] {
    if (self->closed_) return;
    for (auto guest = self->guests_.begin(); guest != self->guests_.end();) {
      guest = Concerns(news, guest->second->caller) ? self->Try(guest, false) : std::next(guest);
    }
  });
}

void WaitingRoom::Close() {
  loop_.Post([self = shared_from_this()] { self->CloseNow(); });
}

void WaitingRoom::CloseNow() {
  closed_ = true;
  while (!guests_.empty()) Dismiss(guests_.begin()->first, 0, Stopping());
}

}  // namespace qf::server
