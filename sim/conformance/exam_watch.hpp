// A thread that stands beside an exam: tells how far it is twice a second, and halts it when it is interrupted or its time is up. Every
// bench of the exam is given halted() for its stop.
//
//   ExamWatch watch({.stop = options.stop, .deadline = deadline, .look = [&] { tell(); }});
//   adapter.with_bench({.stop = &watch.halted()}, …);
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace fleetsim::sim {

struct ExamWatchOptions {
  const std::atomic<bool>* stop = nullptr;  // of whoever may interrupt the exam
  std::optional<std::chrono::steady_clock::time_point> deadline{};
  std::function<void()> look{};
};

class ExamWatch {
 public:
  static constexpr std::chrono::milliseconds looks_every{500};
  static constexpr std::chrono::milliseconds stop_is_seen_within{50};

  explicit ExamWatch(ExamWatchOptions options) : options_(std::move(options)), thread_([this] { run(); }) {}
  ExamWatch(const ExamWatch&) = delete;
  ExamWatch& operator=(const ExamWatch&) = delete;
  ~ExamWatch() {
    {
      const std::lock_guard lock(mutex_);
      is_done_ = true;
    }
    done_.notify_all();
    thread_.join();
  }

  /// The exam is interrupted, or out of time.
  const std::atomic<bool>& halted() const { return halted_; }
  /// Of the two, it is this one.
  bool is_out_of_time() const {
    return options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline &&
           (options_.stop == nullptr || !options_.stop->load());
  }

 private:
  void run() {
    auto next_look = std::chrono::steady_clock::now() + looks_every;
    std::unique_lock lock(mutex_);
    while (!done_.wait_for(lock, stop_is_seen_within, [this] { return is_done_; })) {
      const auto now = std::chrono::steady_clock::now();
      if ((options_.stop != nullptr && options_.stop->load()) || (options_.deadline && now >= *options_.deadline)) halted_ = true;
      if (now < next_look) continue;
      next_look = now + looks_every;
      lock.unlock();
      if (options_.look) options_.look();
      lock.lock();
    }
  }

  ExamWatchOptions options_;
  std::atomic<bool> halted_{false};
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::thread thread_;
};

}  // namespace fleetsim::sim
