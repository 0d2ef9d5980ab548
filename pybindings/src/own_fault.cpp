#include "pybindings/src/own_fault.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <pybind11/stl.h>
#include <string_view>
#include <utility>

#include "pybindings/src/durations.hpp"
#include "pybindings/src/link_fates.hpp"
#include "sim/config/units.hpp"
#include "sim/faults/fault_check.hpp"
#include "sim/scenario/device_naming.hpp"

namespace fleetsim::python {
namespace {

/// Names of what a place says in numbers.
struct PlaceNames {
  struct Group {
    std::string name;
    std::string product;
    std::string prefix;
    std::uint64_t first_index = 0;
    std::shared_ptr<const std::vector<sim::DeviceRow>> listed;
  };
  std::vector<Group> groups;
  std::vector<std::string> regions;
};

std::shared_ptr<const PlaceNames> names_of(const sim::Scenario& scenario) {
  auto names = std::make_shared<PlaceNames>();
  names->regions = sim::fault_places(scenario).regions;
  for (const sim::FleetGroup& group : scenario.groups)
    names->groups.push_back({group.name, group.product, group.device_prefix, group.first_index, group.listed});
  return names;
}

/// What a fault is shown of a link. It may be kept: it says the same for ever, but draws within its call only.
struct LinkView {
  sim::LinkPlace place;
  Instant now{};
  std::shared_ptr<const PlaceNames> names;
  sim::RandomStream* random = nullptr;

  std::uint64_t index() const { return place.who & ((std::uint64_t{1} << 48) - 1); }
  const PlaceNames::Group& group() const { return names->groups.at(place.group); }
  std::string device() const {
    const PlaceNames::Group& of = group();
    if (of.listed == nullptr) return of.product + "/" + sim::derived_device_name(of.prefix, index());
    const sim::DeviceRow& row = of.listed->at(static_cast<std::size_t>(index() - of.first_index));
    return row.product_key + "/" + row.device_name;
  }
  std::string region() const { return place.region < names->regions.size() ? names->regions[place.region] : std::string{}; }
  const char* leg() const { return place.leg == device::Leg::bootstrap ? "bootstrap" : "mqtt"; }
  double draw() const {
    if (random == nullptr) throw std::runtime_error("link.random() is for opening() and segment(), while they are called");
    return static_cast<double>(random->next() >> 11) * 0x1p-53;
  }
};

class PythonFault final : public sim::Fault {
 public:
  PythonFault(const py::object& object, std::shared_ptr<const PlaceNames> names, CallbackErrors& errors)
      : names_(std::move(names)), errors_(errors), class_(py::str(py::type::of(object).attr("__name__"))) {
    for (const py::handle word : object.attr("_hooks")()) {
      const auto name = word.cast<std::string>();
      if (name == "opening") opening_ = object.attr("opening");
      if (name == "segment") segment_ = object.attr("segment");
      if (name == "ending") ending_ = object.attr("ending");
    }
  }
  ~PythonFault() override {
    const py::gil_scoped_acquire held;
    opening_ = segment_ = ending_ = py::object();
  }
  PythonFault(const PythonFault&) = delete;
  PythonFault& operator=(const PythonFault&) = delete;

  sim::OpenFate open(const sim::LinkMoment& moment, sim::RandomStream& random) const override {
    if (!opening_) return {};
    return errors_.guard(sim::OpenFate{}, [&] {
      const WithinHook within;
      return show<sim::OpenFate>(moment.place, moment.now, &random,
                                 [&](const py::object& link) { return open_fate_of(opening_(link), class_ + ".opening()"); });
    });
  }
  sim::SegmentFate segment(const sim::LinkMoment& moment, const sim::Segment& segment, sim::FaultMemory&,
                           sim::RandomStream& random) const override {
    if (!segment_) return {};
    return errors_.guard(sim::SegmentFate{}, [&] {
      const WithinHook within;
      return show<sim::SegmentFate>(moment.place, moment.now, &random, [&](const py::object& link) {
        const char* const direction = segment.direction == sim::Direction::up ? "up" : "down";
        return segment_fate_of(segment_(link, direction, segment.bytes), segment.bytes, class_ + ".segment()");
      });
    });
  }
  sim::LinkEnding ending(const sim::LinkPlace& place, const sim::FaultWindow&) const override {
    if (!ending_) return {};
    return errors_.guard(sim::LinkEnding{}, [&] {
      const WithinHook within;
      return show<sim::LinkEnding>(place, place.opened_at, nullptr,
                                   [&](const py::object& link) { return ending_of(ending_(link), place.opened_at, class_ + ".ending()"); });
    });
  }

 private:
  template <class Fate, class Call>
  Fate show(const sim::LinkPlace& place, Instant now, sim::RandomStream* random, Call call) const {
    const py::object link = py::cast(LinkView{place, now, names_, random});
    struct Shut {
      LinkView& view;
      ~Shut() { view.random = nullptr; }
    } const shut{link.cast<LinkView&>()};
    return call(link);
  }

  std::shared_ptr<const PlaceNames> names_;
  CallbackErrors& errors_;
  std::string class_;
  py::object opening_;
  py::object segment_;
  py::object ending_;
};

std::vector<std::string> word_list_of(const py::dict& settings, const char* key, const std::string& what) {
  const py::object value = settings[key];
  if (py::isinstance<py::str>(value)) return {value.cast<std::string>()};
  std::vector<std::string> words;
  for (const py::handle word : value) {
    if (!py::isinstance<py::str>(word)) throw py::type_error(what + key + ": expected names, got " + std::string(py::repr(value)));
    words.push_back(word.cast<std::string>());
  }
  return words;
}

template <class Enum, std::size_t n>
std::optional<Enum> choice_of(const py::dict& settings, const char* key, const std::array<std::pair<std::string_view, Enum>, n>& choices,
                              const std::string& what) {
  const py::object value = settings[key];
  if (value.is_none()) return std::nullopt;
  std::string known;
  for (const auto& [word, choice] : choices) {
    if (py::isinstance<py::str>(value) && value.cast<std::string>() == word) return choice;
    known += (known.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  }
  throw py::value_error(what + key + ": expected " + known + " or None, got " + std::string(py::repr(value)));
}

std::uint64_t toxicity_of(const py::object& value, const std::string& what) {
  std::optional<double> share;
  if (py::isinstance<py::str>(value))
    share = sim::parse_share(value.cast<std::string>());
  else if (!py::isinstance<py::bool_>(value) && (py::isinstance<py::float_>(value) || py::isinstance<py::int_>(value)))
    share = value.cast<double>();
  else
    throw py::type_error(what + "toxicity: expected a share such as 0.2 or '20%', got " + std::string(py::repr(value)));
  if (!share || !(*share >= 0 && *share <= 1))
    throw py::value_error(what + "toxicity: expected a share from 0 to 1, got " + std::string(py::repr(value)));
  return sim::parts_of_share(*share);
}

void read_window(const py::dict& settings, sim::FaultSpec& spec, const std::string& what) {
  spec.from = duration_of(settings["from_"], what + "from_");
  const py::object until = settings["until"];
  const py::object duration = settings["duration"];
  if (!until.is_none() && !duration.is_none()) throw py::value_error(what + "duration: until or duration, not both");
  if (!until.is_none()) spec.until = duration_of(until, what + "until");
  if (!duration.is_none()) spec.until = spec.from + duration_of(duration, what + "duration");
}

sim::FaultSpec spec_of(py::handle object, const std::string& class_name) {
  const std::string what = class_name + ": ";
  const py::dict settings = object.attr("_settings")();
  sim::FaultSpec spec;
  spec.kind = class_name;
  if (const py::object name = settings["name"]; !name.is_none()) {
    if (!py::isinstance<py::str>(name)) throw py::type_error(what + "name: expected str, got " + std::string(py::repr(name)));
    spec.name = name.cast<std::string>();
    if (spec.name.empty()) throw py::value_error(what + "name: expected a name, got ''");
  }
  spec.groups = word_list_of(settings, "groups", what);
  spec.regions = word_list_of(settings, "regions", what);
  using sim::FaultDirection;
  using sim::FaultDraw;
  using sim::FaultLeg;
  constexpr std::array<std::pair<std::string_view, FaultLeg>, 3> legs{
      {{"bootstrap", FaultLeg::bootstrap}, {"mqtt", FaultLeg::mqtt}, {"both", FaultLeg::both}}};
  constexpr std::array<std::pair<std::string_view, FaultDirection>, 3> directions{
      {{"up", FaultDirection::up}, {"down", FaultDirection::down}, {"both", FaultDirection::both}}};
  constexpr std::array<std::pair<std::string_view, FaultDraw>, 2> draws{{{"link", FaultDraw::link}, {"device", FaultDraw::device}}};
  spec.leg = choice_of(settings, "leg", legs, what);
  spec.direction = choice_of(settings, "direction", directions, what);
  spec.per = choice_of(settings, "per", draws, what);
  spec.toxicity = toxicity_of(settings["toxicity"], what);
  read_window(settings, spec, what);
  return spec;
}

}  // namespace

bool is_own_fault(py::handle object) { return py::hasattr(object, "_hooks") && py::hasattr(object, "_settings"); }

sim::OwnFault own_fault_of(py::handle object, const sim::Scenario& scenario, CallbackErrors& errors) {
  const std::string class_name = py::str(py::type::handle_of(object).attr("__name__"));
  sim::OwnFault own{.spec = spec_of(object, class_name), .fault = nullptr};
  if (const auto problems = sim::problems_of_own(own.spec, sim::fault_places(scenario)); !problems.empty())
    throw py::value_error(class_name + ": " + problems.front().field + ": " + problems.front().message);
  own.fault = std::make_unique<PythonFault>(py::reinterpret_borrow<py::object>(object), names_of(scenario), errors);
  return own;
}

void bind_own_fault(py::module_& module) {
  py::class_<LinkView>(module, "LinkPlace", "A link at the moment at which a CustomFault is asked; read only.")
      .def_property_readonly("device", &LinkView::device, "Whose link it is: \"product key/device name\".")
      .def_property_readonly("index", &LinkView::index, "Of the device in its group, as its name has it; counted from the group's first.")
      .def_property_readonly("group", [](const LinkView& link) { return link.group().name; })
      .def_property_readonly("region", &LinkView::region, "Of the endpoint; empty for the bootstrap endpoint.")
      .def_property_readonly("leg", &LinkView::leg, "\"bootstrap\" or \"mqtt\".")
      .def_property_readonly(
          "connection", [](const LinkView& link) { return link.place.connection; }, "Of this device and leg, counted from 1.")
      .def_property_readonly(
          "opened_at", [](const LinkView& link) { return seconds_of(link.place.opened_at); }, "When the device asked for it: seconds.")
      .def_property_readonly(
          "now", [](const LinkView& link) { return seconds_of(link.now); }, "Seconds since the run began; for ending() opened_at.")
      .def("random", &LinkView::draw, "A number from 0 to below 1 that the seed decides; in opening() and segment() only.")
      .def("__repr__", [](const LinkView& link) {
        return "<LinkPlace " + link.device() + ", " + link.leg() + " #" + std::to_string(link.place.connection) + ">";
      });
}

}  // namespace fleetsim::python
