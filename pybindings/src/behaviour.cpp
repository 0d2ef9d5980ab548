#include "pybindings/src/behaviour.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/ascii.hpp"
#include "pybindings/src/durations.hpp"
#include "sim/world/failure_text.hpp"

namespace fleetsim::python {
namespace {

/// The device that hooks are given: one for each behaviour, and of use while one of its hooks is called.
class DeviceView {
 public:
  DeviceView(const sim::DeviceSpec& spec, std::string group)
      : name_(std::string(spec.identity.product_key()) + "/" + std::string(spec.identity.device_name())),
        group_(std::move(group)),
        index_(spec.index) {}

  void lend(sim::BehaviourHost* host) { host_ = host; }
  const std::string& name() const { return name_; }
  const std::string& group() const { return group_; }
  std::uint64_t index() const { return index_; }
  sim::BehaviourHost& host() const {
    if (host_ == nullptr) throw std::runtime_error(name_ + ": a device takes orders from within its hooks only");
    return *host_;
  }

 private:
  std::string name_;
  std::string group_;
  std::uint64_t index_ = 0;
  sim::BehaviourHost* host_ = nullptr;
};

/// An event of the core, kept: on_event may put it aside.
struct EventView {
  explicit EventView(const device::Event& event)
      : kind(sim::event_name(event.kind)),
        failure(event.failure == device::Failure::none ? std::string_view{} : sim::failure_name(event.failure)),
        end(event.failure == device::Failure::link ? sim::link_end_name(event.end) : std::string_view{}),
        host(event.host),
        text(event.text),
        payload(text_of(event.bytes)),
        port(event.port),
        code(event.code),
        token(event.token),
        delay(event.delay) {}

  std::string_view kind;
  std::string_view failure;
  std::string_view end;
  std::string host;
  std::string text;
  std::string payload;
  std::uint16_t port = 0;
  std::int32_t code = 0;
  device::Token token = 0;
  Duration delay{0};
};

std::string shown_value(py::handle value) { return std::string(py::repr(value)); }

std::string text_argument(py::handle value, const std::string& what) {
  if (!py::isinstance<py::str>(value)) throw py::type_error(what + ": expected str, got " + shown_value(value));
  return value.cast<std::string>();
}

/// bytes and what is like it; of a text its UTF-8.
std::string bytes_argument(py::handle value, const std::string& what) {
  if (py::isinstance<py::str>(value)) return value.cast<std::string>();
  if (py::isinstance<py::bytes>(value)) return value.cast<std::string>();
  if (PyObject_CheckBuffer(value.ptr()) != 0) {
    PyObject* const copy = PyBytes_FromObject(value.ptr());
    if (copy == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::bytes>(copy).cast<std::string>();
  }
  throw py::type_error(what + ": expected bytes or str, got " + shown_value(value));
}

device::Qos qos_argument(py::handle value, const std::string& what) {
  if (py::isinstance<py::bool_>(value) || !py::isinstance<py::int_>(value))
    throw py::type_error(what + ": expected 0 or 1, got " + shown_value(value));
  const py::int_ number = py::reinterpret_borrow<py::int_>(value);
  if (number.equal(py::int_(0))) return device::Qos::at_most_once;
  if (number.equal(py::int_(1))) return device::Qos::at_least_once;
  throw py::value_error(what + ": expected 0 or 1, got " + shown_value(value));
}

device::Token token_or_error(const Result<device::Token, std::string>& order, const std::string& what) {
  if (!order) throw std::runtime_error(what + ": " + order.error());
  return *order;
}

device::Token publish(DeviceView& device, py::handle topic, py::handle payload, py::handle qos) {
  const std::string to = text_argument(topic, "publish(): topic");
  const std::string text = bytes_argument(payload, "publish(): payload");
  const device::Qos level = qos_argument(qos, "publish(): qos");
  return token_or_error(device.host().publish(to, bytes_of(text), level), "publish()");
}

device::Token post_property(DeviceView& device, py::handle properties) {
  std::string json;
  if (py::isinstance<py::str>(properties)) {
    json = properties.cast<std::string>();
  } else if (py::isinstance<py::dict>(properties)) {
    const py::object dumps = py::module_::import("json").attr("dumps");
    json = dumps(properties, py::arg("separators") = py::make_tuple(",", ":")).cast<std::string>();
  } else {
    throw py::type_error("post_property(): properties: expected a dict or JSON text, got " + shown_value(properties));
  }
  return token_or_error(device.host().post_property(json), "post_property()");
}

device::Token subscribe(DeviceView& device, py::handle filter, py::handle qos) {
  const std::string text = text_argument(filter, "subscribe(): topic_filter");
  return token_or_error(device.host().subscribe(text, qos_argument(qos, "subscribe(): qos")), "subscribe()");
}

void set_timer(DeviceView& device, py::handle after, py::handle name) {
  const Duration delay = duration_of(after, "set_timer(): after");
  const std::string error = device.host().set_timer(text_argument(name, "set_timer(): name"), delay);
  if (!error.empty()) throw py::value_error("set_timer(): " + error);
}

bool cancel_timer(DeviceView& device, py::handle name) { return device.host().cancel_timer(text_argument(name, "cancel_timer(): name")); }

void cut_power(DeviceView& device, py::handle off) {
  const Duration without = off.is_none() ? Duration::max() : duration_of(off, "cut_power(): off");
  const std::string error = device.host().cut_power(without);
  if (!error.empty()) throw std::runtime_error("cut_power(): " + error);
}

double draw(DeviceView& device) { return static_cast<double>(device.host().random() >> 11) * 0x1p-53; }

/// None, True: it goes on; False: swallowed; "lost"; bytes: changed.
sim::MessageFate message_fate_of(py::handle answer, const std::string& who) {
  using Kind = sim::MessageFate::Kind;
  if (answer.is_none() || answer.is(py::bool_(true))) return {};
  if (answer.is(py::bool_(false))) return {.kind = Kind::swallowed};
  if (py::isinstance<py::str>(answer) && answer.cast<std::string>() == "lost") return {.kind = Kind::lost};
  constexpr const char* expected = ": expected None or True (it goes on), False (swallowed), \"lost\", or bytes (changed into them), got ";
  if (py::isinstance<py::str>(answer)) throw py::value_error(who + expected + shown_value(answer));
  if (!py::isinstance<py::bytes>(answer) && PyObject_CheckBuffer(answer.ptr()) == 0)
    throw py::type_error(who + expected + shown_value(answer));
  const std::string bytes = bytes_argument(answer, who);
  if (bytes.size() > sim::MessageFate::payload_bytes_max)
    throw py::value_error(who + ": a message is changed into " + std::to_string(sim::MessageFate::payload_bytes_max) +
                          " bytes at most, got " + std::to_string(bytes.size()));
  return {.kind = Kind::changed, .payload = {bytes.begin(), bytes.end()}};
}

class PythonBehaviour final : public sim::DeviceBehaviour {
 public:
  PythonBehaviour(const py::object& object, const sim::DeviceSpec& spec, const std::string& group, CallbackErrors& errors)
      : errors_(errors), class_(py::str(py::type::of(object).attr("__name__"))), device_(py::cast(DeviceView(spec, group))) {
    view_ = &device_.cast<DeviceView&>();
    for (const py::handle word : object.attr("_hooks")()) {
      const auto name = word.cast<std::string>();
      if (name == "on_power_on") power_on_ = object.attr("on_power_on");
      if (name == "on_event") event_ = object.attr("on_event");
      if (name == "on_message") message_ = object.attr("on_message");
      if (name == "on_send") send_ = object.attr("on_send");
      if (name == "on_timer") timer_ = object.attr("on_timer");
    }
  }
  ~PythonBehaviour() override {
    const py::gil_scoped_acquire held;
    view_->lend(nullptr);
    power_on_ = event_ = message_ = send_ = timer_ = device_ = py::object();
  }
  PythonBehaviour(const PythonBehaviour&) = delete;
  PythonBehaviour& operator=(const PythonBehaviour&) = delete;

  Hooks hooks() const override {
    return {.power_on = bool(power_on_), .event = bool(event_), .message = bool(message_), .send = bool(send_), .timer = bool(timer_)};
  }
  void on_power_on(sim::BehaviourHost& host) override {
    call(host, [&] { power_on_(device_); });
  }
  void on_event(sim::BehaviourHost& host, const device::Event& event) override {
    call(host, [&] { event_(device_, EventView(event)); });
  }
  sim::MessageFate on_message(sim::BehaviourHost& host, const sim::BehaviourMessage& message) override {
    return judge(host, message, message_, ".on_message()");
  }
  sim::MessageFate on_send(sim::BehaviourHost& host, const sim::BehaviourMessage& message) override {
    return judge(host, message, send_, ".on_send()");
  }
  void on_timer(sim::BehaviourHost& host, std::string_view name) override {
    call(host, [&] { timer_(device_, py::str(name.data(), name.size())); });
  }

 private:
  template <class Call>
  void call(sim::BehaviourHost& host, Call call) {
    errors_.guard(0, [&] {
      const WithinHook within;
      lent(host, call);
      return 0;
    });
  }
  template <class Call>
  void lent(sim::BehaviourHost& host, Call call) {
    struct Lent {
      DeviceView& view;
      ~Lent() { view.lend(nullptr); }
    } const lent{*view_};
    view_->lend(&host);
    call();
  }
  sim::MessageFate judge(sim::BehaviourHost& host, const sim::BehaviourMessage& message, const py::object& hook, const char* name) {
    return errors_.guard(sim::MessageFate{}, [&] {
      const WithinHook within;
      sim::MessageFate fate;
      lent(host, [&] {
        const std::string_view payload = text_of(message.payload);
        fate = message_fate_of(
            hook(device_, py::str(message.topic.data(), message.topic.size()), py::bytes(payload.data(), payload.size())), class_ + name);
      });
      return fate;
    });
  }

  CallbackErrors& errors_;
  std::string class_;
  py::object device_;
  DeviceView* view_ = nullptr;
  py::object power_on_;
  py::object event_;
  py::object message_;
  py::object send_;
  py::object timer_;
};

/// Python objects may be dropped by threads that do not hold the GIL.
std::shared_ptr<const py::object> shared(py::object object) {
  return {new py::object(std::move(object)), [](const py::object* last) {
            const py::gil_scoped_acquire held;
            delete last;
          }};
}

}  // namespace

sim::BehaviourMaker behaviour_maker(py::object factory, std::string group, CallbackErrors& errors) {
  return [factory = shared(std::move(factory)), group = std::move(group), &errors](const sim::DeviceSpec& spec) {
    std::unique_ptr<sim::DeviceBehaviour> made;
    errors.guard(0, [&] {
      const WithinHook within;
      const py::object object = (*factory)();
      if (!py::hasattr(object, "_hooks"))
        throw py::type_error("behaviours[" + shown_value(py::str(group)) + "]: expected a DeviceBehaviour to be made, got " +
                             shown_value(object));
      made = std::make_unique<PythonBehaviour>(object, spec, group, errors);
      return 0;
    });
    return made;
  };
}

void bind_behaviour(py::module_& module) {
  py::class_<EventView>(module, "DeviceEvent",
                        "What a device's core tells its application; read only. Fields that a kind has no use for are empty or 0.")
      .def_readonly("kind", &EventView::kind, "Such as \"connected\" or \"publish_acknowledged\".")
      .def_readonly("failure", &EventView::failure)
      .def_readonly("end", &EventView::end, "How the link ended, when that is what failed.")
      .def_readonly("host", &EventView::host)
      .def_readonly("port", &EventView::port)
      .def_readonly("code", &EventView::code)
      .def_readonly("token", &EventView::token, "Of the order that it answers; 0: of none.")
      .def_property_readonly(
          "delay", [](const EventView& event) { return seconds_of(event.delay); }, "Seconds.")
      .def_property_readonly("text", [](const EventView& event) { return py::str(event.text.data(), event.text.size()); })
      .def_property_readonly("payload", [](const EventView& event) { return py::bytes(event.payload); })
      .def("__repr__", [](const EventView& event) { return "<DeviceEvent " + std::string(event.kind) + ">"; });
  py::class_<DeviceView>(module, "BehaviourDevice",
                         "The device around which a DeviceBehaviour stands. Orders are for its hooks, and carried out right after them.")
      .def_property_readonly("name", &DeviceView::name, "\"product key/device name\".")
      .def_property_readonly("group", &DeviceView::group)
      .def_property_readonly("index", &DeviceView::index, "In its group, as its name has it.")
      .def_property_readonly(
          "now", [](const DeviceView& device) { return seconds_of(device.host().now()); },
          "What the device believes that the time is: seconds since the run began.")
      .def_property_readonly("online", [](const DeviceView& device) { return device.host().is_online(); })
      .def("random", &draw, "A number from 0 to below 1 that the seed decides.")
      .def("publish", &publish, py::arg("topic"), py::arg("payload") = py::bytes(), py::arg("qos") = 1,
           "Orders a publish (bytes; of a str its UTF-8). Returns a token: events \"published\", \"publish_acknowledged\" and "
           "\"publish_rejected\" bear it. RuntimeError when 256 orders wait already, or 1024 were given at one moment.")
      .def("post_property", &post_property, py::arg("properties"),
           "Orders a property post: a dict, or the text of a JSON object. Returns a token, which \"property_replied\" bears.")
      .def("subscribe", &subscribe, py::arg("topic_filter"), py::arg("qos") = 1,
           "Orders a subscription. Returns a token, which \"subscribed\" bears. It ends with the connection.")
      .def("set_timer", &set_timer, py::arg("after"), py::arg("name") = "timer",
           "on_timer() is called with this name after so long, 1 ms or more, by the device's clock; again for a name starts it anew. "
           "ValueError beyond 64 timers. They do not outlive the power.")
      .def("cancel_timer", &cancel_timer, py::arg("name") = "timer", "False: there is none of that name.")
      .def("cut_power", &cut_power, py::arg("off") = py::none(),
           "Its power goes, when what it does just now is done, and comes back after so long; None: not by itself.")
      .def(
          "restart", [](DeviceView& device) { cut_power(device, py::int_(0)); },
          "As cut_power(off=0): it boots at the same moment, and nobody is told.")
      .def("__repr__", [](const DeviceView& device) { return "<BehaviourDevice " + device.name() + ">"; });
}

}  // namespace fleetsim::python
