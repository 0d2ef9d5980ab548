// How new peers come in: many for one wake-up, and none is lost when the process runs out of descriptors.
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "platform-mock/server/server_loop.hpp"

namespace fleetsim::platform {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

IpAddress address_of(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    return IpAddress::from_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage, sizeof v6);
  std::array<std::uint8_t, 16> raw{};
  std::memcpy(raw.data(), &v6.sin6_addr, raw.size());
  return IpAddress{raw};
}

/// The peer gave up between its SYN and our accept, or the network had a word to say: the next one may be fine.
bool concerns_one_peer(int reason) {
  return reason == EINTR || reason == ECONNABORTED || reason == EPROTO || reason == ENETDOWN || reason == ENOPROTOOPT ||
         reason == EHOSTDOWN || reason == ENONET || reason == EHOSTUNREACH || reason == EOPNOTSUPP || reason == ENETUNREACH ||
         reason == EPERM;
}

}  // namespace

void ServerLoop::wait_for_peers(Listener& listener) {
  listener.acceptor.async_wait(asio::socket_base::wait_read, [this, &listener](const error_code& error) {
    if (!error) accept_peers(listener);
  });
}

void ServerLoop::accept_peers(Listener& listener) {
  // A pause that ended in the very moment of the drain: to try again would keep the loop, and who waits for it, for ever.
  if (is_down_ || !listener.acceptor.is_open()) return;
  begin_step();
  for (int accepted = 0; accepted < kAcceptsPerWakeMax; ++accepted) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    const int descriptor =
        ::accept4(listener.acceptor.native_handle(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      adopt(listener, descriptor, address_of(storage));
      continue;
    }
    const int reason = errno;
    if (reason == EAGAIN || reason == EWOULDBLOCK) {
      listener.exhausted = false;
      break;
    }
    if (concerns_one_peer(reason)) continue;
    pause_accepting(listener, reason);
    end_step();
    return;
  }
  wait_for_peers(listener);
  end_step();
}

// Those who wait stay in the kernel's backlog. Without the pause the loop would spin: the listener stays readable.
void ServerLoop::pause_accepting(Listener& listener, int reason) {
  ++statistics_.accept_pauses;
  platform_->limits_reached().reached(LimitKind::file_descriptors);
  if (!listener.exhausted && settings_.on_warning) {
    settings_.on_warning("accept on " + listener.role.name + " paused: " + std::strerror(reason) +
                         "; new peers wait in the backlog (raise the limit of open files: `ulimit -n`)");
  }
  listener.exhausted = true;
  listener.pause.expires_after(kAcceptPause);
  listener.pause.async_wait([this, &listener](const error_code& error) {
    if (!error) accept_peers(listener);
  });
}

void ServerLoop::adopt(Listener& listener, int descriptor, const IpAddress& peer) {
  if (statistics_.connections_open >= settings_.limits.connections_max) {
    ::close(descriptor);
    ++statistics_.refused;
    ++listener.refused;
    platform_->limits_reached().reached(LimitKind::connections);
    event({.kind = PlatformEventKind::protocol_violation,
           .product_key = {},
           .device_name = {},
           .instance = listener.role.name,
           .region = listener.role.region,
           .job = {},
           .reason = "more connections than connections_max",
           .code = 0,
           .peer = peer});
    return;
  }
  auto connection = std::make_unique<SocketConnection>(io_, listener);
  connection->peer = peer;
  error_code error;
  connection->socket.assign(peer.is_v4() ? asio::ip::tcp::v4() : asio::ip::tcp::v6(), descriptor, error);
  if (error) {  // the event loop itself could not take it (no memory, no watches left)
    ::close(descriptor);
    ++statistics_.refused;
    ++listener.refused;
    return;
  }
  ++statistics_.accepted;
  ++statistics_.connections_open;
  ++listener.accepted;
  ++listener.open;
  connection->deadline = now_ + settings_.limits.connect_packet_timeout;
  SocketConnection& kept = *connection.release();  // owned by the list from here on; operation_over() frees it
  all_.push_back(kept);
  prologues_.push_back(kept);
  wait_readable(kept);
}

}  // namespace fleetsim::platform
