// The words by which Python's World, Fleet and Device reach an open world.
#include <memory>
#include <optional>
#include <pybind11/stl.h>
#include <string>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/world.hpp"
#include "sim/scenario/device_order.hpp"

namespace fleetsim::python {

void bind_world(py::module_& module) {
  py::class_<sim::DevicePicture>(module, "DevicePicture", "A device as its own side sees it, at one moment.")
      .def_readonly("has_power", &sim::DevicePicture::has_power)
      .def_readonly("is_online", &sim::DevicePicture::is_online)
      .def_readonly("is_told_to_move", &sim::DevicePicture::is_told_to_move)
      .def_readonly("has_moved", &sim::DevicePicture::has_moved)
      .def_readonly("state", &sim::DevicePicture::state)
      .def_readonly("last_failure", &sim::DevicePicture::last_failure);
  py::class_<World, std::shared_ptr<World>>(module, "World", "A run that stays open.")
      .def(py::init([](const std::shared_ptr<sim::Scenario>& scenario, std::optional<std::uint64_t> seed,
                       std::optional<std::uint32_t> threads, const std::string& world, std::uint64_t recorded, const py::iterable& faults,
                       const py::dict& behaviours) {
             return World::make(
                 *scenario,
                 WorldWishes{
                     .seed = seed, .threads = threads, .world = world, .recorded = recorded, .faults = faults, .behaviours = behaviours});
           }),
           py::arg("scenario"), py::arg("seed"), py::arg("threads"), py::arg("world"), py::arg("recorded"), py::arg("faults"),
           py::arg("behaviours"))
      .def_property_readonly("seed", [](const World& self) { return self.scenario().seed; })
      .def_property_readonly("kind", [](const World& self) { return sim::world_name(self.scenario().world); })
      .def_property_readonly("is_closed", &World::is_closed)
      .def_property_readonly("is_stopped", &World::is_stopped)
      .def_property_readonly("is_within", &World::is_within)
      .def_property_readonly("orders_begun", &World::orders_begun)
      .def("why_over", &World::why_over)
      .def("now", &World::now)
      .def("run_for", &World::run_for, py::arg("microseconds"))
      .def("step", &World::step, py::arg("microseconds_max"))
      .def("run_until", &World::run_until, py::arg("predicate"), py::arg("within"), py::arg("every"))
      .def("perform", &World::perform, py::arg("text"))
      .def("violated", &World::violated, py::arg("what"))
      .def("begin_arrivals", &World::begin_arrivals, py::arg("groups"))
      .def("groups", &World::groups)
      .def("online", &World::online, py::arg("groups"))
      .def("moves", &World::moves, py::arg("groups"))
      .def("failures", &World::failures)
      .def("device_name", &World::device_name, py::arg("position"))
      .def("find_device", &World::find_device, py::arg("name"))
      .def("picture", &World::picture, py::arg("position"))
      .def(
          "command",
          [](World& self, std::size_t position, const std::string& what, const std::string& topic, const py::bytes& payload, unsigned qos) {
            sim::DeviceOrder order{.topic = topic, .payload = payload, .qos = static_cast<std::uint8_t>(qos)};
            for (const auto one : {sim::DeviceOrder::What::power_on, sim::DeviceOrder::What::power_off, sim::DeviceOrder::What::cut_power,
                                   sim::DeviceOrder::What::publish, sim::DeviceOrder::What::post_property})
              if (sim::order_name(one) == what) order.what = one;
            return self.command(position, order);
          },
          py::arg("position"), py::arg("what"), py::arg("topic"), py::arg("payload"), py::arg("qos"))
      .def("inject", &World::inject, py::arg("fault"))
      .def(
          "timeline",
          [](World& self, std::size_t position) -> py::object {
            const std::optional<TimelineParts> parts = self.timeline(position);
            if (!parts) return py::none();
            return parts_of(*parts);
          },
          py::arg("position"))
      .def("listen", &World::listen, py::arg("kinds"), py::arg("callback"))
      .def("leave", &World::leave, py::arg("listener"))
      .def("stop", &World::stop)
      .def("close", &World::close);
}

}  // namespace fleetsim::python
