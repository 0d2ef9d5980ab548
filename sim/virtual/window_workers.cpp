#include "sim/virtual/window_workers.hpp"

namespace fleetsim::sim {
namespace {

void breathe() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

WindowWorkers::WindowWorkers(std::size_t threads) {
  for (std::size_t i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
}

WindowWorkers::~WindowWorkers() {
  over_.store(true);
  round_.fetch_add(1);
  round_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void WindowWorkers::run(std::size_t tasks, const std::function<void(std::size_t)>& work) {
  if (helpers_.empty() || is_alone_ || tasks < 2) {
    for (std::size_t task = 0; task < tasks; ++task) work(task);
    return;
  }
  tasks_ = tasks;
  work_ = &work;
  next_.store(0, std::memory_order_relaxed);
  busy_.store(static_cast<std::uint32_t>(helpers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  take_tasks();
  for (int look = 0; busy_.load(std::memory_order_acquire) != 0; ++look) {
    if (look < looks_before_sleep) {
      breathe();
      continue;
    }
    if (const std::uint32_t busy = busy_.load(std::memory_order_acquire); busy != 0) busy_.wait(busy, std::memory_order_acquire);
  }
}

void WindowWorkers::take_tasks() {
  for (;;) {
    const std::size_t task = next_.fetch_add(1, std::memory_order_relaxed);
    if (task >= tasks_) return;
    (*work_)(task);
  }
}

void WindowWorkers::help() {
  std::uint32_t seen = 0;
  for (;;) {
    for (int look = 0; round_.load(std::memory_order_acquire) == seen; ++look) {
      if (look < looks_before_sleep) {
        breathe();
      } else {
        round_.wait(seen, std::memory_order_acquire);
      }
    }
    seen = round_.load(std::memory_order_acquire);
    if (over_.load()) return;
    take_tasks();
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_all();
  }
}

}  // namespace fleetsim::sim
