// What a device reports afterwards or many at a time: thing/event/property/batch/post and pack/post (several values of several
// properties and events, a gateway's sub-devices too), history/post (the same by device). A value older than the known one does not
// replace it.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/service.hpp"
#include "platform-mock/core/mqtt/services/services.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::mqtt {
namespace {

namespace json = boost::json;

struct Reported {
  std::string value;
  std::int64_t time_ms = 0;
};

/// `{"value":…,"time":ms}` or the value alone.
Reported reported_in(const json::value& entry, std::int64_t now_ms) {
  const json::object* envelope = entry.if_object();
  const json::value* value = envelope != nullptr ? envelope->if_contains("value") : nullptr;
  if (value == nullptr) return {text_of_tree(entry), now_ms};
  const json::value* time = envelope->if_contains("time");
  return {text_of_tree(*value), time != nullptr && time->is_int64() ? time->get_int64() : now_ms};
}

class HistoryWriter {
 public:
  HistoryWriter(things::ThingData& thing, LimitCounts& limits, std::int64_t now_ms) : thing_(thing), limits_(limits), now_ms_(now_ms) {}

  /// An object of names, each with one entry or an array of them, or an array of such objects.
  void take_properties(const json::value& properties) {
    for_each(properties, [this](std::string_view name, const json::value& entry) {
      const Reported reported = reported_in(entry, now_ms_);
      thing_.properties.set_if_newer(name, reported.value, reported.time_ms);
    });
  }
  void take_events(const json::value& events) {
    for_each(events, [this](std::string_view name, const json::value& entry) {
      const Reported reported = reported_in(entry, now_ms_);
      if (!thing_.details().events.add(name.substr(0, things::property_name_bytes_max), reported.value, reported.time_ms))
        limits_.reached(LimitKind::records_per_device);
    });
  }

 private:
  template <class Take>
  static void for_each(const json::value& all, const Take& take) {
    if (const json::array* list = all.if_array()) {
      for (const json::value& object : *list) for_each(object, take);
      return;
    }
    const json::object* object = all.if_object();
    if (object == nullptr) return;
    for (const auto& member : *object) {
      const std::string_view name{member.key().data(), member.key().size()};
      if (const json::array* entries = member.value().if_array()) {
        for (const json::value& entry : *entries) take(name, entry);
      } else {
        take(name, member.value());
      }
    }
  }

  things::ThingData& thing_;
  LimitCounts& limits_;
  std::int64_t now_ms_;
};

void take_report(things::ThingData& thing, LimitCounts& limits, const json::value& report, std::int64_t now_ms) {
  HistoryWriter writer(thing, limits, now_ms);
  const json::object* members = report.if_object();
  if (members == nullptr) return;
  if (const json::value* properties = members->if_contains("properties")) writer.take_properties(*properties);
  if (const json::value* events = members->if_contains("events")) writer.take_events(*events);
}

bool fits(const things::ThingData& thing, const Request& request) {
  const std::size_t bytes = request.message.params_text().size();
  return thing.properties.bytes() + bytes <= things::property_bytes_max;
}

/// The device itself, or a sub-device that stands behind it; nothing for anybody else's.
std::optional<DeviceIndex> reporter_of(const ServiceWorld& world, const Request& request, const json::value& report) {
  const json::object* members = report.if_object();
  const json::value* identity = members != nullptr ? members->if_contains("identity") : nullptr;
  if (identity == nullptr) return std::nullopt;
  const auto device = device_in(world.registry, *identity);
  if (!device) return std::nullopt;
  if (*device == request.device || world.things.topology().has(request.device, *device)) return device;
  return std::nullopt;
}

Answer take_reports(ServiceWorld& world, const Request& request, const json::array& reports) {
  for (const json::value& report : reports)
    if (!reporter_of(world, request, report)) return refusal(alink_code::no_topology, "identity is neither the device nor its sub-device");
  for (const json::value& report : reports) {
    const DeviceIndex reporter = *reporter_of(world, request, report);
    take_report(world.things.data(reporter, world.registry.device(reporter).resides_at()), world.limits, report, request.unix_ms);
  }
  return {};
}

}  // namespace

Answer post_history(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array()) return refusal(alink_code::bad_params, "params is not an array");
  if (!fits(world.things.data(request.device, request.place), request))
    return refusal(alink_code::too_many_properties, "the device has too many properties", LimitKind::properties_per_device);
  return take_reports(world, request, params->get_array());
}

Answer post_batch(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_object()) return refusal(alink_code::bad_params, "params is not an object");
  things::ThingData& thing = world.things.data(request.device, request.place);
  if (!fits(thing, request))
    return refusal(alink_code::too_many_properties, "the device has too many properties", LimitKind::properties_per_device);
  if (const json::value* sub_devices = params->get_object().if_contains("subDevices")) {
    if (!sub_devices->is_array()) return refusal(alink_code::bad_params, "subDevices is not an array");
    const Answer answer = take_reports(world, request, sub_devices->get_array());
    if (answer.code != alink_code::success) return answer;
  }
  take_report(thing, world.limits, *params, request.unix_ms);
  return {};
}

}  // namespace fleetsim::platform::mqtt
