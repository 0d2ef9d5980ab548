// A shard's epoll set. Asio keeps about a kilobyte and several calls per socket; a load generator with 10,000 idle links cannot afford
// that, so links are watched here and the loop watches only this set's descriptor. Edge-triggered: one system call a link, ever.
//
//   auto poller = Poller::make();
//   poller->add(fd, token);
//   for (const PollEvent& event : poller->poll()) ...   // never blocks
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <sys/epoll.h>
#include <utility>

namespace fleetsim::sim {

struct PollEvent {
  std::uint64_t token = 0;
  bool readable = false;  // bytes, end of stream, or an error to fetch by reading
  bool writable = false;
  bool ended = false;  // hang-up or error: read until the end, even when the last read was short
};

class Poller {
 public:
  static constexpr std::size_t events_per_poll = 512;

  /// Nothing when the process has no descriptor left.
  static std::optional<Poller> make();
  Poller(Poller&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Poller& operator=(Poller&&) = delete;
  ~Poller();

  /// Watches `fd` for everything until it is closed. False: the system is out of memory for it.
  bool add(int fd, std::uint64_t token);
  /// Makes a condition that still holds show up again: for a reader that stops before the end.
  bool again(int fd, std::uint64_t token);
  /// What is ready now; the span is valid until the next call.
  std::span<const PollEvent> poll();
  int descriptor() const { return fd_; }

 private:
  explicit Poller(int fd) : fd_(fd) {}
  int fd_;
  std::array<epoll_event, events_per_poll> raw_{};
  std::array<PollEvent, events_per_poll> events_{};
};

}  // namespace fleetsim::sim
