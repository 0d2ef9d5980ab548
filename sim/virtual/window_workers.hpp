// The threads of a simulation. A window's tasks are independent of one another, so who takes which changes nothing but the time it takes.
//
//   WindowWorkers workers(2);
//   workers.run(tasks, [&](std::size_t task) { ... });    // returns when all are done
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace fleetsim::sim {

class WindowWorkers {
 public:
  /// The caller is one of the threads.
  explicit WindowWorkers(std::size_t threads);
  ~WindowWorkers();
  WindowWorkers(const WindowWorkers&) = delete;
  WindowWorkers& operator=(const WindowWorkers&) = delete;

  std::size_t threads() const { return helpers_.size() + 1; }
  /// `work` must not throw, and is called for 0 .. tasks-1, each once.
  void run(std::size_t tasks, const std::function<void(std::size_t)>& work);
  /// From here on the caller does it all.
  void stay_alone() { is_alone_ = true; }

 private:
  void help();
  void take_tasks();

  // A window is shorter than a thread's sleep: whoever waits looks so often before it lies down.
  static constexpr int looks_before_sleep = 4000;

  std::vector<std::thread> helpers_;
  bool is_alone_ = false;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<std::uint32_t> busy_{0};
  std::atomic<std::size_t> next_{0};
  std::size_t tasks_ = 0;
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::atomic<bool> over_{false};
};

}  // namespace fleetsim::sim
