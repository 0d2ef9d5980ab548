// A device's timeline in the forms that Python's Timeline has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "sim/trace/timeline.hpp"

namespace fleetsim::python {

struct TimelineParts {
  std::string text;
  std::string json;
  std::vector<std::uint8_t> capture;  // pcap
};

/// Without the GIL, if one likes.
TimelineParts timeline_parts(const sim::Recording& recording, const sim::TimelineHead& head);
/// (text, JSON, pcap)
py::tuple parts_of(const TimelineParts& parts);

}  // namespace fleetsim::python
