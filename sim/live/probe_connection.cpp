#include "sim/live/probe_connection.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/world/loopback_spread.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t connack_bytes = 4;
constexpr std::uint8_t connack_type = 0x20;
constexpr std::array<std::uint8_t, 2> disconnect_packet = {0xe0, 0x00};

sockaddr_in ipv4(const IpAddress& address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(address.v4());
  return out;
}

const sockaddr* as_sockaddr(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

}  // namespace

ProbeConnection::~ProbeConnection() { close(); }

void ProbeConnection::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void ProbeConnection::give_up(std::string why) {
  if (done_) return;
  result_.problem = std::move(why);
  done_ = true;
}

void ProbeConnection::begin(const ProbeTarget& target, const IpAddress& source, std::vector<std::uint8_t> preface,
                            std::vector<std::uint8_t> connect, OpenSslClientContext* tls) {
  started_ = std::chrono::steady_clock::now();
  preface_ = std::move(preface);
  connect_ = std::move(connect);
  if (!target.address.is_v4()) return give_up("the probe knows IPv4 listeners only");
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return give_up(std::string("no socket: ") + std::strerror(errno));
  if (is_loopback(source)) {
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const sockaddr_in from = ipv4(source, 0);
    if (::bind(descriptor_, as_sockaddr(from), sizeof from) != 0) return give_up(std::string("bind: ") + std::strerror(errno));
  }
  if (target.tls) {
    if (tls == nullptr) return give_up("the listener wants TLS and there is no trust to verify it with");
    tls_ = tls->connect(target.host);
    if (!tls_ || tls_->start() == TlsEngine::State::failed) return give_up("TLS did not start");
  }
  const sockaddr_in to = ipv4(target.address, target.port);
  if (::connect(descriptor_, as_sockaddr(to), sizeof to) != 0 && errno != EINPROGRESS)
    give_up(std::string("connect: ") + std::strerror(errno));
}

short ProbeConnection::wanted_events() const {
  const bool write = !connected_ || !outbox_.empty();
  return static_cast<short>(POLLIN | (write ? POLLOUT : 0));
}

void ProbeConnection::advance() {
  if (done_) return;
  if (!connected_) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return give_up(std::string("connect: ") + std::strerror(error));
    connected_ = true;
    outbox_ = std::move(preface_);
    send(connect_);
  }
  flush();
  if (!done_) receive();
  if (!done_) flush();
}

void ProbeConnection::send(ByteView bytes) {
  if (!tls_) {
    outbox_.insert(outbox_.end(), bytes.begin(), bytes.end());
    return;
  }
  tls_->write(bytes);
  drain_tls();
}

void ProbeConnection::drain_tls() {
  std::array<std::uint8_t, 4096> room{};
  while (const std::size_t n = tls_->take(room)) outbox_.insert(outbox_.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(n));
}

void ProbeConnection::flush() {
  while (!outbox_.empty()) {
    const ssize_t n = ::send(descriptor_, outbox_.data(), outbox_.size(), MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      return give_up(std::string("send: ") + std::strerror(errno));
    }
    outbox_.erase(outbox_.begin(), outbox_.begin() + n);
  }
  // The answer is in and our DISCONNECT is out: an orderly end.
  if (closing_) done_ = true;
}

void ProbeConnection::receive() {
  std::array<std::uint8_t, 4096> room{};
  for (;;) {
    const ssize_t n = ::recv(descriptor_, room.data(), room.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n <= 0) return give_up(n == 0 ? std::string("closed before CONNACK") : std::string("recv: ") + std::strerror(errno));
    const ByteView bytes(room.data(), static_cast<std::size_t>(n));
    if (!tls_) {
      handle(bytes);
    } else {
      if (tls_->receive(bytes) == TlsEngine::State::failed) return give_up("TLS: " + std::string(tls_->error()));
      drain_tls();
      std::array<std::uint8_t, 4096> plain{};
      while (const std::size_t got = tls_->read(plain)) handle(ByteView(plain.data(), got));
    }
    if (done_ || closing_) return;
  }
}

void ProbeConnection::handle(ByteView plaintext) {
  if (done_ || closing_) return;
  for (const std::uint8_t byte : plaintext) {
    if (connack_.size() < connack_bytes) connack_.push_back(byte);
  }
  if (connack_.size() < connack_bytes) return;
  if (connack_[0] != connack_type || connack_[1] != 2) return give_up("the first packet is no CONNACK");
  result_.connack = connack_[3];
  if (connack_[3] != 0) {
    done_ = true;
    return;
  }
  closing_ = true;
  send(disconnect_packet);
}

}  // namespace fleetsim::sim
