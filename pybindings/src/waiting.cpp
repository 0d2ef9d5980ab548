#include "pybindings/src/waiting.hpp"

#include <chrono>
#include <set>
#include <thread>

#include "pybindings/src/interpreter_end.hpp"

namespace fleetsim::python {
namespace {

constexpr std::chrono::milliseconds signals_every{50};

struct AllWaiting {
  std::mutex mutex;
  std::set<Waiting*> who;
};

/// Never destroyed: threads of Python's may outlive whatever is.
AllWaiting& all_waiting() {
  static AllWaiting* const only = new AllWaiting;
  return *only;
}

}  // namespace

Waiting::Waiting() {
  const std::lock_guard lock{all_waiting().mutex};
  all_waiting().who.insert(this);
}

Waiting::~Waiting() {
  const std::lock_guard lock{all_waiting().mutex};
  all_waiting().who.erase(this);
}

void Waiting::end_all() {
  const std::lock_guard lock{all_waiting().mutex};
  for (Waiting* const one : all_waiting().who) one->end();
}

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
  const AwayFromPython away;
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
