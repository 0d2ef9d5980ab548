#include "sim/live/severed_sockets.hpp"

#include <cerrno>

#include "sim/live/tcp_socket.hpp"

namespace fleetsim::sim {
namespace {

/// No device's link has it: their tokens begin with the leg.
constexpr std::uint64_t mark = std::uint64_t{1} << 63;

std::uint64_t token_of(int fd) { return mark | static_cast<std::uint64_t>(fd); }

}  // namespace

void SeveredSockets::add(int fd) {
  if (!poller_.again(fd, token_of(fd))) return tcp_reset(fd);
  kept_.insert(fd);
  oldest_first_.push_back(fd);
  while (oldest_first_.size() > kept_max) {
    const int oldest = oldest_first_.front();
    oldest_first_.pop_front();
    if (kept_.contains(oldest)) release(oldest);
  }
}

bool SeveredSockets::on_event(const PollEvent& event) {
  if ((event.token & mark) == 0) return false;
  const int fd = static_cast<int>(event.token & ~mark);
  if (event.readable && kept_.contains(fd)) swallow(fd);
  return true;
}

void SeveredSockets::forget_all() {
  while (!kept_.empty()) release(*kept_.begin());
  oldest_first_.clear();
}

void SeveredSockets::swallow(int fd) {
  std::array<std::uint8_t, 16384> scrap;  // NOLINT(cppcoreguidelines-pro-type-member-init): nobody reads it
  for (int reads = 0; reads < reads_per_event_max; ++reads) {
    const TcpResult got = tcp_receive(fd, scrap);
    if (got.error == EAGAIN) return;
    if (got.error != 0 || got.bytes == 0) return release(fd);  // the platform has given it up
  }
  poller_.again(fd, token_of(fd));
}

void SeveredSockets::release(int fd) {
  kept_.erase(fd);
  tcp_reset(fd);
}

}  // namespace fleetsim::sim
