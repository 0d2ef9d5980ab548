#include "sim/live/tcp_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fleetsim::sim {
namespace {

constexpr int reads_before_close_max = 8;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress out;
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(address.v4());
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.length = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::copy(address.bytes().begin(), address.bytes().end(), std::begin(v6.sin6_addr.s6_addr));
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.length = sizeof v6;
  }
  return out;
}

void switch_on(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);  // an optimisation each: the link works without
}

TcpConnect give_up(int fd) {
  const int error = errno;
  if (fd >= 0) ::close(fd);
  return {.fd = -1, .error = error};
}

}  // namespace

TcpConnect tcp_connect(const IpAddress& destination, std::uint16_t port, const std::optional<IpAddress>& source) {
  const int family = destination.is_v4() ? AF_INET : AF_INET6;
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return give_up(fd);
  switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
  if (source) {
    switch_on(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    const SocketAddress from = socket_address(*source, 0);
    if (::bind(fd, from.get(), from.length) != 0) return give_up(fd);
  }
  const SocketAddress to = socket_address(destination, port);
  if (::connect(fd, to.get(), to.length) != 0 && errno != EINPROGRESS) return give_up(fd);
  return {.fd = fd, .error = 0};
}

TcpResult tcp_send(int fd, ByteView bytes) {
  for (;;) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {.bytes = static_cast<std::size_t>(sent), .error = 0};
    if (errno != EINTR) return {.bytes = 0, .error = errno};
  }
}

TcpResult tcp_receive(int fd, MutableBytes buffer) {
  for (;;) {
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got >= 0) return {.bytes = static_cast<std::size_t>(got), .error = 0};
    if (errno != EINTR) return {.bytes = 0, .error = errno};
  }
}

int tcp_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

std::uint16_t tcp_local_port(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return 0;
  std::uint16_t network_order = 0;  // both families keep the port behind the family
  std::memcpy(&network_order, reinterpret_cast<const char*>(&storage) + offsetof(sockaddr_in, sin_port), sizeof network_order);
  return ntohs(network_order);
}

void tcp_close(int fd, MutableBytes scrap) {
  for (int i = 0; i < reads_before_close_max; ++i) {
    const TcpResult got = tcp_receive(fd, scrap);
    if (got.error != 0 || got.bytes < scrap.size()) break;
  }
  ::close(fd);
}

void tcp_reset(int fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(fd);
}

device::LinkEnd link_end_of(int error) {
  if (exhausted_by(error) != Exhausted::nothing) return device::LinkEnd::no_resources;
  switch (error) {
    case ECONNREFUSED:
      return device::LinkEnd::refused;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EACCES:
    case EPERM:
    case EINVAL:
    case EAFNOSUPPORT:
    case ETIMEDOUT:
      return device::LinkEnd::unreachable;
    default:
      return device::LinkEnd::reset;
  }
}

Exhausted exhausted_by(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
      return Exhausted::descriptors;
    case EADDRNOTAVAIL:
    case EADDRINUSE:
      return Exhausted::ports;
    case ENOMEM:
    case ENOBUFS:
      return Exhausted::memory;
    default:
      return Exhausted::nothing;
  }
}

}  // namespace fleetsim::sim
