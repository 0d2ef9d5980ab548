// Threads that are away from Python when it ends cannot come back to it: they would be torn out of C++ in the midst of things. So whoever
// goes away is counted, and Python's end waits for them, after having told what they do to stop.
//
//   const AwayFromPython away;            // gives up the GIL, as py::gil_scoped_release; RuntimeError when Python ends already
//   const CountedThread counted;          // of a thread that will need the GIL and that nobody waits for
#pragma once

#include "pybindings/src/bindings.hpp"

namespace fleetsim::python {

class CountedThread {
 public:
  CountedThread();
  ~CountedThread();
  CountedThread(const CountedThread&) = delete;
  CountedThread& operator=(const CountedThread&) = delete;
};

/// With the GIL.
class AwayFromPython {
 public:
  AwayFromPython() = default;

 private:
  struct Refusal {
    Refusal();
  };
  const Refusal refusal_{};
  const CountedThread counted_{};
  const py::gil_scoped_release released_{};
};

}  // namespace fleetsim::python
