// Long work on a thread of its own, while the calling thread lets other Python threads run, hears Ctrl-C, and looks after what the work
// wants to tell Python. So nothing that a run does ever waits for Python.
//
//   Waiting waiting;
//   waiting.run([&] { result = run_scenario(scenario, {.stop = &waiting.stop()}); }, [&] { /* with the GIL: tell Python */ });
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>

#include "pybindings/src/bindings.hpp"

namespace fleetsim::python {

class Waiting {
 public:
  Waiting();
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  /// Call with the GIL. Does `work` without it, and returns when that is done. After notify(), and at least every 50 ms, the calling
  /// thread has the GIL for a moment: it handles signals and calls `look` (which may be empty). What that throws, or a signal's handler
  /// raises, sets stop(), and is thrown once the work has ended; so is what the work throws.
  void run(const std::function<void()>& work, const std::function<void()>& look);

  /// True once the work should end.
  const std::atomic<bool>& stop() const { return stop_; }
  /// All of the process are to end.
  static void end_all();
  /// From the work's thread: it is to end.
  void end() { stop_ = true; }
  /// From the work's thread: there is something to look at.
  void notify();

 private:
  bool wait_for_news();
  void look_after(const std::function<void()>& look);

  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable news_;
  bool noticed_ = false;
  bool done_ = false;
  std::exception_ptr failed_;  // what the work threw
  std::exception_ptr raised_;  // what Python raised
};

}  // namespace fleetsim::python
