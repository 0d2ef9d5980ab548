#include "pybindings/src/timeline.hpp"

#include "sim/trace/capture.hpp"
#include "sim/trace/timeline_json.hpp"
#include "sim/trace/timeline_text.hpp"

namespace fleetsim::python {

TimelineParts timeline_parts(const sim::Recording& recording, const sim::TimelineHead& head) {
  const sim::Timeline timeline = sim::timeline_of(recording, head, kNever);
  return {sim::timeline_text(timeline), sim::timeline_json(timeline), sim::capture_of(recording, kNever)};
}

py::tuple parts_of(const TimelineParts& parts) {
  return py::make_tuple(parts.text, parts.json, py::bytes(reinterpret_cast<const char*>(parts.capture.data()), parts.capture.size()));
}

}  // namespace fleetsim::python
