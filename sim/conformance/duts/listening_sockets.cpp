#include "sim/conformance/duts/listening_sockets.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "sim/live/tcp_socket.hpp"

namespace fleetsim::sim {
namespace {

constexpr int backlog = 256;
constexpr int port_attempts_max = 50;  // for one that is free at all stations

sockaddr_in socket_name(const IpAddress& address, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(address.v4());
  return name;
}

/// A socket that has the port; -1 and errno: it cannot be had.
int hold(const IpAddress& address, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return fd;
  const int on = 1;
  // A port of the exam before this one may still have links in TIME_WAIT; without a number nobody else's is taken over.
  if (port != 0) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in name = socket_name(address, port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) {
    // Whoever shares the port needs it, and its links have it from it: else the next exam could not have the port while one lingers.
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return fd;
  }
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

/// The descriptor, or less than 0 and errno. Precondition: the port has a number.
int listen_on(const IpAddress& address, std::uint16_t port) {
  const int fd = hold(address, port);
  if (fd < 0 || ::listen(fd, backlog) == 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

std::string cannot_listen(const IpAddress& address, std::uint16_t port) {
  return fmt::format("cannot listen on {}:{}: {}", address_words(address), port, std::strerror(errno));
}

}  // namespace

std::string address_words(const IpAddress& address) {
  std::array<char, IpAddress::text_bytes_max> room{};
  return std::string(address.format(room));
}

platform::BoundAddresses bound_addresses(const ListeningPlaces& places) {
  platform::BoundAddresses bound;
  bound.bootstrap = address_words(places.bootstrap);
  for (const IpAddress& station : places.stations) bound.instances.push_back(address_words(station));
  if (places.has_files) bound.management = bound.bootstrap;
  return bound;
}

ListeningSockets::ListeningSockets(ListeningSockets&& other) noexcept
    : descriptors_(std::exchange(other.descriptors_, {})), doors_(std::exchange(other.doors_, {})), ports_(std::move(other.ports_)) {}

ListeningSockets::~ListeningSockets() { close_all(); }

void ListeningSockets::close_all() {
  for (const int fd : descriptors_)
    if (fd >= 0) ::close(fd);
  for (const Door& door : doors_) ::close(door.holder);
  descriptors_.clear();
  doors_.clear();
}

std::string ListeningSockets::add(const IpAddress& address, std::uint16_t& port) {
  const int holder = hold(address, port);
  if (holder < 0) return cannot_listen(address, port);
  if (port == 0) port = tcp_local_port(holder);
  const int fd = listen_on(address, port);
  if (fd < 0) {
    std::string wrong = cannot_listen(address, port);
    ::close(holder);
    return wrong;
  }
  descriptors_.push_back(fd);
  doors_.push_back({.address = address, .port = port, .holder = holder});
  return {};
}

void ListeningSockets::shut(std::size_t door) {
  if (descriptors_[door] >= 0) ::close(std::exchange(descriptors_[door], -1));
}

std::string ListeningSockets::reopen(std::size_t door) {
  if (descriptors_[door] >= 0) return {};
  descriptors_[door] = listen_on(doors_[door].address, doors_[door].port);
  return descriptors_[door] >= 0 ? std::string{} : cannot_listen(doors_[door].address, doors_[door].port);
}

std::string ListeningSockets::try_ports(const ListeningPlaces& places, const ListeningPorts& ports) {
  close_all();
  ports_ = ports;
  if (std::string wrong = add(places.bootstrap, ports_.bootstrap); !wrong.empty()) return wrong;
  ports_.stations.resize(places.stations.size());
  for (std::size_t i = 0; i < places.stations.size(); ++i) {
    const bool takes_the_first = ports_.stations[i] == 0 && i > 0 && places.stations[i] != places.stations.front();
    if (takes_the_first) ports_.stations[i] = ports_.stations.front();
    if (std::string wrong = add(places.stations[i], ports_.stations[i]); !wrong.empty()) return wrong;
  }
  return places.has_files ? add(places.bootstrap, ports_.files) : std::string{};
}

Result<ListeningSockets, std::string> ListeningSockets::listen_at(const ListeningPlaces& places, const ListeningPorts& ports) {
  ListeningSockets sockets;
  std::string wrong;
  const bool is_free_to_choose = ports.stations.empty();
  for (int attempt = 0; attempt < (is_free_to_choose ? port_attempts_max : 1); ++attempt) {
    wrong = sockets.try_ports(places, ports);
    if (wrong.empty()) return sockets;
  }
  return fail(std::move(wrong));
}

AcceptedSocket accept_one(int listener) {
  sockaddr_in name{};
  int fd = -1;
  do {
    socklen_t length = sizeof name;
    fd = ::accept4(listener, reinterpret_cast<sockaddr*>(&name), &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  } while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
  if (fd < 0) return {.error = errno};
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {.fd = fd, .address = IpAddress::from_v4(ntohl(name.sin_addr.s_addr)), .port = ntohs(name.sin_port)};
}

}  // namespace fleetsim::sim
