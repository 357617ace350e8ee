// A TCP connection to a port of this machine, byte by byte: for tests of what listens there.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "common/base/strings.h"

namespace qf {

class Socket {
 public:
  explicit Socket(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const timeval patience{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Socket() { Close(); }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  void Write(Bytes bytes) { EXPECT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), ssize_t(bytes.size())); }
  // Until the other side closes, or `end` stands in it.
  std::string Read(Bytes end = "") {
    std::string all;
    char piece[4096];
    while (end.empty() || all.find(std::string(end)) == std::string::npos) {
      const ssize_t size = recv(fd_, piece, sizeof piece, 0);
      if (size <= 0) break;
      all.append(piece, static_cast<size_t>(size));
    }
    return all;
  }

 private:
  int fd_;
};

}  // namespace qf
