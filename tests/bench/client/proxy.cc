#include "tests/bench/client/proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <string>
#include <vector>

#include "common/base/check.h"
#include "common/base/clock.h"

namespace qf::bench {
namespace {

constexpr size_t kPacketBytes = 1400;
constexpr size_t kQueueBytes = 16 * 1024;  // of a modest modem
constexpr size_t kFastQueueBytes = 1 << 20;
constexpr int kTickMs = 20;

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void MakeQuick(int socket) {
  const int one = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(socket, F_SETFL, O_NONBLOCK);
}

}  // namespace

// Bytes on their way from one socket to the other.
struct Proxy::Direction {
  struct Packet {
    uint64_t due_us;
    std::string bytes;
  };
  int from = -1;
  int to = -1;
  std::atomic<uint64_t>* crossed = nullptr;
  std::deque<Packet> packets;
  size_t queued_bytes = 0;
  uint64_t free_at_us = 0;  // when the link has carried all of them
  bool ended = false;
};

struct Proxy::Connection {
  Direction up, down;
  bool over = false;
  ~Connection() {
    close(up.from);
    close(up.to);
  }
};

Proxy::Proxy(uint64_t seed) : entropy_(seed) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  QF_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(listener_, 16) == 0);
  QF_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

Proxy::~Proxy() {
  ended_ = true;
  thread_.join();
  close(listener_);
}

void Proxy::SetLink(const Link& link) {
  MutexLock lock(mutex_);
  link_ = link;
}

// Cuts come without memory, so that some gaps are long and some short.
uint64_t Proxy::NextCut() {
  MutexLock lock(mutex_);
  if (link_.cut_after_bytes == 0) return 0;
  const double u = (1.0 + static_cast<double>(entropy_.Below(1'000'000))) / 1'000'000;
  return 1 + static_cast<uint64_t>(-std::log(u) * static_cast<double>(link_.cut_after_bytes));
}

void Proxy::Accept() {
  const int device = accept(listener_, nullptr, nullptr);
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Loopback(target_port_);
  auto connection = std::make_unique<Connection>();
  connection->up.from = connection->down.to = device;
  connection->up.to = connection->down.from = server;
  connection->up.crossed = &up_;
  connection->down.crossed = &down_;
  if (device < 0 || connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  MakeQuick(device);
  MakeQuick(server);
  ++connections_;
  live_.push_back(std::move(connection));
}

void Proxy::Read(Connection& connection, Direction& direction) {
  char buffer[kPacketBytes];
  const ssize_t got = recv(direction.from, buffer, sizeof buffer, 0);
  if (got <= 0) {
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) direction.ended = true;
    return;
  }
  const auto size = static_cast<uint64_t>(got);
  Link link;
  {
    MutexLock lock(mutex_);
    link = link_;
  }
  const uint64_t now_us = SystemClock().SteadyUs();
  const uint64_t takes_us = link.bits_per_second == 0 ? 0 : size * 8 * kMicrosPerSecond / link.bits_per_second;
  direction.free_at_us = std::max(direction.free_at_us, now_us) + takes_us;
  direction.packets.push_back({direction.free_at_us + link.one_way_us, std::string(buffer, size)});
  direction.queued_bytes += size;
  if (&direction != &connection.up || link.cut_after_bytes == 0) return;
  if (until_cut_ == 0) until_cut_ = NextCut();
  until_cut_ -= std::min(until_cut_, size);
  if (until_cut_ == 0) Cut(connection, link.one_way_us);
}

void Proxy::Write(Direction& direction) {
  const uint64_t now_us = SystemClock().SteadyUs();
  while (!direction.packets.empty() && direction.packets.front().due_us <= now_us) {
    std::string& bytes = direction.packets.front().bytes;
    const ssize_t sent = send(direction.to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      direction.ended = direction.ended || errno != EAGAIN;
      return;
    }
    *direction.crossed += static_cast<uint64_t>(sent);
    direction.queued_bytes -= static_cast<size_t>(sent);
    bytes.erase(0, static_cast<size_t>(sent));
    if (!bytes.empty()) return;
    direction.packets.pop_front();
  }
}

// Nothing that is under way arrives; both ends are told by a reset. What the link had carried by then has cost its
// bytes, what only waited for it has not.
void Proxy::Cut(Connection& connection, uint64_t one_way_us) {
  const uint64_t now_us = SystemClock().SteadyUs();
  for (Direction* direction : {&connection.up, &connection.down}) {
    for (const Direction::Packet& packet : direction->packets) {
      if (packet.due_us <= now_us + one_way_us) *direction->crossed += packet.bytes.size();
    }
  }
  const linger at_once = {1, 0};
  setsockopt(connection.up.from, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  setsockopt(connection.up.to, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  connection.over = true;
  ++cuts_;
}

void Proxy::Run() {
  while (!ended_) {
    bool slow;
    {
      MutexLock lock(mutex_);
      slow = link_.bits_per_second > 0;
    }
    const size_t queue_bytes = slow ? kQueueBytes : kFastQueueBytes;
    std::vector<pollfd> polled = {{listener_, POLLIN, 0}};
    uint64_t next_us = UINT64_MAX;
    for (const auto& connection : live_) {
      for (const Direction* direction : {&connection->up, &connection->down}) {
        const bool room = direction->queued_bytes < queue_bytes && !direction->ended;
        polled.push_back({room ? direction->from : -1, POLLIN, 0});
        if (!direction->packets.empty()) next_us = std::min(next_us, direction->packets.front().due_us);
      }
    }
    const uint64_t now_us = SystemClock().SteadyUs();
    const int wait_ms =
        next_us <= now_us ? 1 : static_cast<int>(std::min<uint64_t>((next_us - now_us) / 1000 + 1, kTickMs));
    poll(polled.data(), polled.size(), next_us == UINT64_MAX ? kTickMs : wait_ms);
    for (size_t i = 0; i < live_.size(); ++i) {
      Connection& connection = *live_[i];
      if (polled[1 + 2 * i].revents != 0) Read(connection, connection.up);
      if (polled[2 + 2 * i].revents != 0 && !connection.over) Read(connection, connection.down);
      if (connection.over) continue;
      Write(connection.up);
      Write(connection.down);
      for (const Direction* direction : {&connection.up, &connection.down}) {
        connection.over = connection.over || (direction->ended && direction->packets.empty());
      }
    }
    std::erase_if(live_, [](const auto& connection) { return connection->over; });
    if (polled[0].revents != 0) Accept();
  }
}

}  // namespace qf::bench
