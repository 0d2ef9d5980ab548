// A peer that does what a test tells it: takes one connection, reads MQTT packets, says bytes. Its own few lines of MQTT, so that no codec
// of the project judges itself.
//
//   ScriptedPeer peer;  ... connect to 127.0.0.1:peer.port() ...
//   peer.accept();  peer.packet();  peer.say(std::vector<std::uint8_t>{0x20, 0x02, 0x00, 0x00});
#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fleetsim::sim {

class ScriptedPeer {
 public:
  ScriptedPeer() {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(descriptor_, 64), 0);
    socklen_t length = sizeof address;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~ScriptedPeer() {
    close_connection();
    ::close(descriptor_);
  }
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::uint16_t port() const { return port_; }
  void accept() {
    connection_ = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    const int on = 1;
    ::setsockopt(connection_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(connection_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  /// A connection that is read by hear(): it never waits.
  void accept_at_once() { connection_ = ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }
  /// From here on the kernel keeps no more than about so many bytes that were not heard.
  void keep_little(int bytes) { ::setsockopt(connection_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes); }
  /// What there is; may be nothing.
  std::string hear() {
    std::string text(1 << 16, '\0');
    const ssize_t got = ::recv(connection_, text.data(), text.size(), 0);
    ended_ = got == 0;
    reset_ = got < 0 && errno == ECONNRESET;
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  bool ended() const { return ended_; }
  bool reset() const { return reset_; }
  /// Has said all that it will say.
  void finish() { ::shutdown(connection_, SHUT_WR); }
  void close_connection() {
    if (connection_ >= 0) ::close(connection_);
    connection_ = -1;
  }
  /// A reset to the other side.
  void cut() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(connection_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close_connection();
  }
  /// One MQTT packet: its first byte, and its bytes behind the remaining length. Empty when nothing comes any more.
  std::pair<std::uint8_t, std::vector<std::uint8_t>> packet() {
    const int first = byte();
    std::size_t length = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
      const int digit = byte();
      if (digit < 0) return {};
      length |= static_cast<std::size_t>(digit & 0x7f) << shift;
      if ((digit & 0x80) == 0) break;
    }
    std::vector<std::uint8_t> body(length);
    if (length > 0 && ::recv(connection_, body.data(), length, MSG_WAITALL) != static_cast<ssize_t>(length)) return {};
    return {static_cast<std::uint8_t>(first), std::move(body)};
  }
  /// Of a connection that never waits: so many bytes the kernel took.
  std::size_t say_what_fits(std::span<const std::uint8_t> bytes) {
    const ssize_t sent = ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  void say(std::span<const std::uint8_t> bytes) {
    EXPECT_EQ(::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }

 private:
  int byte() {
    std::uint8_t one = 0;
    return ::recv(connection_, &one, 1, 0) == 1 ? one : -1;
  }
  int descriptor_ = -1;
  int connection_ = -1;
  std::uint16_t port_ = 0;
  bool ended_ = false;
  bool reset_ = false;
};

}  // namespace fleetsim::sim
