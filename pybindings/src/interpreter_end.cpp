#include "pybindings/src/interpreter_end.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "pybindings/src/waiting.hpp"

namespace fleetsim::python {
namespace {

constexpr std::chrono::seconds wait_at_most{20};  // for what does not hear that it is to stop

struct Count {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t away = 0;
  bool ends = false;
};

/// It is never destroyed: threads of Python's may outlive whatever is.
Count& count() {
  static Count* const only = new Count;
  return *only;
}

void wait_for_all() {
  {
    const std::lock_guard lock(count().mutex);
    count().ends = true;
  }
  Waiting::end_all();
  const py::gil_scoped_release released;
  std::unique_lock lock(count().mutex);
  count().changed.wait_for(lock, wait_at_most, [] { return count().away == 0; });
}

}  // namespace

CountedThread::CountedThread() {
  const std::lock_guard lock(count().mutex);
  ++count().away;
}

CountedThread::~CountedThread() {
  const std::lock_guard lock(count().mutex);
  if (--count().away == 0) count().changed.notify_all();
}

AwayFromPython::Refusal::Refusal() {
  const std::lock_guard lock(count().mutex);
  if (count().ends) throw std::runtime_error("Python is at its end: nothing begins any more");
}

void bind_interpreter_end(py::module_&) { py::module_::import("atexit").attr("register")(py::cpp_function(&wait_for_all)); }

}  // namespace fleetsim::python
