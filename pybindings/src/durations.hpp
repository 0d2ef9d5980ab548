// Durations as Python says them ("30s", 30, 30.0, timedelta), and as it hears them: seconds.
//
//   const Duration off = duration_of(value, "cut_power(): off");   // TypeError and ValueError name it
#pragma once

#include <string>

#include "devicecore/base/time.hpp"
#include "pybindings/src/bindings.hpp"

namespace fleetsim::python {

/// Not below zero, at most a hundred years.
Duration duration_of(py::handle value, const std::string& what);
/// What is more is told from what is a duration.
bool is_duration(py::handle value);

inline double seconds_of(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }
inline double seconds_of(Instant at) { return seconds_of(at.time_since_epoch()); }

}  // namespace fleetsim::python
