// What goes wrong in Python while a run calls it: the first error is kept and the run is stopped; whoever has started the run throws it
// again when that is over. Until then nothing of Python is called any more.
//
//   CallbackErrors errors([&] { waiting.end(); });
//   const int answer = errors.guard(0, [&] { return callback(argument).cast<int>(); });     // on the run's thread, without the GIL
//   errors.rethrow();                                                                       // afterwards, with the GIL
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <utility>

#include "pybindings/src/bindings.hpp"

namespace fleetsim::python {

class CallbackErrors {
 public:
  /// `stop` is called at most once, on the thread of the callback that failed, with the GIL, while std::current_exception() is what it
  /// raised. It may be empty.
  explicit CallbackErrors(std::function<void()> stop = {}) : stop_(std::move(stop)) {}
  CallbackErrors(const CallbackErrors&) = delete;
  CallbackErrors& operator=(const CallbackErrors&) = delete;

  bool any() const { return failed_.load(std::memory_order_acquire); }

  /// Call from a handler: keeps the exception under way, when it is the first.
  void keep() {
    {
      const std::lock_guard lock{mutex_};
      if (first_ != nullptr) return;
      first_ = std::current_exception();
    }
    failed_.store(true, std::memory_order_release);
    if (stop_) stop_();
  }

  /// Calls into Python with the GIL; `otherwise` when that fails, or something has failed before.
  template <class Result, class Call>
  Result guard(Result otherwise, Call call) {
    if (any()) return otherwise;
    const py::gil_scoped_acquire held;
    try {
      return call();
    } catch (...) {
      keep();
      return otherwise;
    }
  }

  /// With the GIL: throws what was kept. It is kept no longer, but nothing of Python is called nevertheless.
  void rethrow() {
    std::exception_ptr first;
    {
      const std::lock_guard lock{mutex_};
      std::swap(first, first_);
    }
    if (first != nullptr) std::rethrow_exception(first);
  }

 private:
  std::function<void()> stop_;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr first_;
};

/// While a hook of a fault or of a firmware is called: in the midst of a moment, in which nobody else may touch the run.
class WithinHook {
 public:
  WithinHook() { ++depth(); }
  ~WithinHook() { --depth(); }
  WithinHook(const WithinHook&) = delete;
  WithinHook& operator=(const WithinHook&) = delete;

  /// Of this thread.
  static bool is_here() { return depth() > 0; }

 private:
  static int& depth() {
    thread_local int hooks = 0;
    return hooks;
  }
};

/// A thread that is going to call Python often: without it each call makes Python's own state of the thread anew.
class PythonThread {
 public:
  PythonThread() = default;

 private:
  const py::gil_scoped_acquire state_{};
  const py::gil_scoped_release released_{};
};

}  // namespace fleetsim::python
