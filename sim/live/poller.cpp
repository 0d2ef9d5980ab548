#include "sim/live/poller.hpp"

#include <unistd.h>

namespace fleetsim::sim {
namespace {

constexpr std::uint32_t watched = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

bool control(int set, int operation, int fd, std::uint64_t token) {
  epoll_event event{};
  event.events = watched;
  event.data.u64 = token;
  return ::epoll_ctl(set, operation, fd, &event) == 0;
}

}  // namespace

std::optional<Poller> Poller::make() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return std::nullopt;
  return Poller(fd);
}

Poller::~Poller() {
  if (fd_ >= 0) ::close(fd_);
}

bool Poller::add(int fd, std::uint64_t token) { return control(fd_, EPOLL_CTL_ADD, fd, token); }
bool Poller::again(int fd, std::uint64_t token) { return control(fd_, EPOLL_CTL_MOD, fd, token); }

std::span<const PollEvent> Poller::poll() {
  const int count = ::epoll_wait(fd_, raw_.data(), static_cast<int>(raw_.size()), 0);
  if (count <= 0) return {};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const std::uint32_t flags = raw_[i].events;
    events_[i] = {.token = raw_[i].data.u64,
                  .readable = (flags & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                  .writable = (flags & EPOLLOUT) != 0,
                  .ended = (flags & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
  }
  return {events_.data(), static_cast<std::size_t>(count)};
}

}  // namespace fleetsim::sim
