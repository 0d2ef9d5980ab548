#include "pybindings/src/listeners.hpp"

#include <pybind11/stl.h>

namespace fleetsim::python {
namespace {

double seconds_at(Instant at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

std::string words_of(const HeardEvent& self) {
  std::string text = "<Event " + std::string(self.event().kind) + " at " + std::to_string(seconds_at(self.event().at)) + " s";
  if (!self.device.empty()) text += ", " + self.device;
  if (!self.event().detail.empty()) text += ", " + self.event().detail;
  return text + ">";
}

}  // namespace

Result<std::uint32_t, std::string> Listeners::add(const std::vector<std::string>& kinds, HeldObject callback) {
  auto hear_all = [this, held = std::move(callback)](const sim::FeedBatch& batch) { return hear(held.get(), batch); };
  return feed_.listen({.kinds = kinds, .hear = std::move(hear_all)});
}

bool Listeners::hear(const py::object& callback, const sim::FeedBatch& batch) {
  // What has failed before has stopped the run already: time goes on as it would without a listener, for devices still say good-bye.
  if (errors_.any()) return std::exchange(has_ordered_, false);
  const bool is_well = errors_.guard(false, [&] {
    for (std::size_t i = 0; i < batch->size(); ++i) {
      const std::uint32_t device = (*batch)[i].device;
      callback(HeardEvent{batch, i, device == sim::FeedEvent::no_device ? std::string{} : feed_.roster()->full_name(device)});
    }
    return true;
  });
  return std::exchange(has_ordered_, false) || !is_well;
}

void bind_events(py::module_& module) {
  py::class_<HeardEvent>(module, "Event", "Something that a device or the platform told of itself.")
      .def_property_readonly(
          "time", [](const HeardEvent& self) { return seconds_at(self.event().at); }, "Seconds since the run began.")
      .def_property_readonly(
          "side", [](const HeardEvent& self) { return self.event().side == sim::EventSide::device ? "device" : "platform"; },
          "Who tells it: \"device\" or \"platform\".")
      .def_property_readonly(
          "kind", [](const HeardEvent& self) { return self.event().kind; }, "Such as \"committed\": fleetsim.event_kinds() has all.")
      .def_property_readonly(
          "position",
          [](const HeardEvent& self) {
            return self.event().device == sim::FeedEvent::no_device ? py::object(py::none()) : py::object(py::int_(self.event().device));
          },
          "The device's position in the fleet, from 0; None: it is no single device's.")
      .def_readonly("device", &HeardEvent::device, "\"product key/device name\"; empty: it is no single device's.")
      .def_property_readonly(
          "code", [](const HeardEvent& self) { return self.event().code; }, "What the kind makes of it: a CONNACK's or a reply's code.")
      .def_property_readonly(
          "detail", [](const HeardEvent& self) { return self.event().detail; }, "Endpoint, reason, job: in one line.")
      .def_property_readonly(
          "instance", [](const HeardEvent& self) { return self.event().instance; }, "Of the platform's events: where.")
      .def("__repr__", &words_of);
  module.def(
      "event_kinds", [] { return sim::EventFeed::kinds(); }, "All kinds of events, those of devices first.");
}

}  // namespace fleetsim::python
