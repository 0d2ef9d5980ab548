// Python callables that hear what a run tells. They are called on the run's thread, between its windows; the first that raises ends the
// run.
//
//   Listeners listeners(errors);
//   listeners.add({"committed"}, HeldObject{callback});
//   options.taps = &listeners.feed();
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/callback_errors.hpp"
#include "sim/world/event_feed.hpp"

namespace fleetsim::python {

/// What a callback hears: one of a batch.
struct HeardEvent {
  sim::FeedBatch batch;
  std::size_t at = 0;
  std::string device;  // "pk/dn"; empty: the event is no single device's

  const sim::FeedEvent& event() const { return (*batch)[at]; }
};

/// A Python object that C++ may copy and drop on any thread.
class HeldObject {
 public:
  explicit HeldObject(py::object object) : held_(new py::object(std::move(object)), Drop{}) {}
  const py::object& get() const { return *held_; }

 private:
  struct Drop {
    void operator()(py::object* object) const {
      const py::gil_scoped_acquire held;
      delete object;
    }
  };
  std::shared_ptr<py::object> held_;
};

class Listeners {
 public:
  /// What callbacks raise is kept there; it outlives the run.
  explicit Listeners(CallbackErrors& errors) : errors_(errors) {}

  /// The error says that there is no such kind. None: all kinds.
  Result<std::uint32_t, std::string> add(const std::vector<std::string>& kinds, HeldObject callback);
  void remove(std::uint32_t listener) { feed_.leave(listener); }
  sim::EventFeed& feed() { return feed_; }

  /// From a callback: orders were given to the run.
  void ordered() { has_ordered_ = true; }

 private:
  bool hear(const py::object& callback, const sim::FeedBatch& batch);

  CallbackErrors& errors_;
  sim::EventFeed feed_;
  bool has_ordered_ = false;
};

}  // namespace fleetsim::python
