// What a fault written in Python answers, as what it means: each wrong answer is a TypeError or ValueError that names who gave it.
//
//   const sim::SegmentFate fate = segment_fate_of(answer, segment.bytes, "Rain.segment()");
#pragma once

#include <cstddef>
#include <string>

#include "pybindings/src/bindings.hpp"
#include "sim/faults/fate.hpp"

namespace fleetsim::python {

/// None; "refuse", "unanswered", "name_unknown"; a duration: later.
sim::OpenFate open_fate_of(py::handle answer, const std::string& who);
/// None; "lost", "held"; a duration: later; a dict of SegmentFate's words.
sim::SegmentFate segment_fate_of(py::handle answer, std::size_t bytes, const std::string& who);
/// None; ("reset" or "close", when: seconds since the run began).
sim::LinkEnding ending_of(py::handle answer, Instant opened_at, const std::string& who);

}  // namespace fleetsim::python
