#include "pybindings/src/waiting.hpp"

#include <chrono>
#include <thread>

namespace fleetsim::python {
namespace {

constexpr std::chrono::milliseconds signals_every{50};

}  // namespace

void Waiting::notify() {
  {
    const std::lock_guard lock{mutex_};
    noticed_ = true;
  }
  news_.notify_one();
}

bool Waiting::wait_for_news() {
  std::unique_lock lock{mutex_};
  news_.wait_for(lock, signals_every, [this] { return noticed_ || done_; });
  noticed_ = false;
  return !done_;
}

void Waiting::look_after(const std::function<void()>& look) {
  const py::gil_scoped_acquire held;
  try {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (look) look();
  } catch (...) {
    raised_ = std::current_exception();
    stop_ = true;
  }
}

void Waiting::run(const std::function<void()>& work, const std::function<void()>& look) {
  const py::gil_scoped_release released;
  std::thread worker{[&] {
    try {
      work();
    } catch (...) {
      failed_ = std::current_exception();
    }
    {
      const std::lock_guard lock{mutex_};
      done_ = true;
    }
    news_.notify_one();
  }};
  while (wait_for_news())
    if (!raised_) look_after(look);
  worker.join();
  if (!raised_) look_after(look);  // what came last, and a Ctrl-C that has ended the work
  if (raised_ || failed_) {
    const py::gil_scoped_acquire held;
    std::rethrow_exception(raised_ ? raised_ : failed_);
  }
}

}  // namespace fleetsim::python
