// What a device reports afterwards or many at a time: thing/event/property/batch/post and pack/post (several values of several
// properties and events, a gateway's sub-devices too), history/post (the same by device). A value older than the known one does not
// replace it.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <utility>
#include <vector>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/service.hpp"
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

/// `all`: an object of names, each with one entry or an array of them, or an array of such objects.
template <class Take>
void for_each_entry(const json::value& all, const Take& take) {
  if (const json::array* list = all.if_array()) {
    for (const json::value& object : *list) for_each_entry(object, take);
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

const json::value* part_of(const json::value& report, std::string_view name) {
  const json::object* members = report.if_object();
  return members == nullptr ? nullptr : members->if_contains({name.data(), name.size()});
}

void take_report(ServiceWorld& world, things::ThingData& thing, const json::value& report, std::int64_t now_ms) {
  const things::ThingLimits& limits = world.config.limits;
  if (const json::value* properties = part_of(report, "properties"))
    for_each_entry(*properties, [&](std::string_view name, const json::value& entry) {
      const Reported reported = reported_in(entry, now_ms);
      thing.properties.set_if_newer(name, reported.value, reported.time_ms, limits);
    });
  if (const json::value* events = part_of(report, "events"))
    for_each_entry(*events, [&](std::string_view name, const json::value& entry) {
      const Reported reported = reported_in(entry, now_ms);
      if (!thing.details().events.add(name.substr(0, things::property_name_bytes_max), reported.value, reported.time_ms, limits))
        world.limits.reached(LimitKind::records_per_device);
    });
}

/// What one message adds to one device, so that a message that does not fit changes nothing.
class Addition {
 public:
  void count(const json::value& report) {
    const json::value* properties = part_of(report, "properties");
    if (properties == nullptr) return;
    for_each_entry(*properties, [this](std::string_view name, const json::value& entry) {
      std::size_t& bytes = largest_[std::string(name)];
      bytes = std::max(bytes, reported_in(entry, 0).value.size());
    });
  }
  std::optional<Answer> problem(const things::PropertyTable& known, const Limits& limits) const {
    if (largest_.size() > limits.properties_per_post)
      return refusal(alink_code::too_many_properties, "more properties than one post may have", LimitKind::properties_per_post);
    std::size_t count = known.all().size();
    std::size_t bytes = known.bytes();
    for (const auto& [name, value_bytes] : largest_) {
      if (name.size() > things::property_name_bytes_max) return refusal(alink_code::bad_params, "a property's name is too long");
      bytes += value_bytes;
      if (known.find(name) != nullptr) continue;
      ++count;
      bytes += name.size();
    }
    if (count <= limits.properties_per_device && bytes <= limits.property_bytes_per_device) return std::nullopt;
    return refusal(alink_code::too_many_properties, "the device has too many properties", LimitKind::properties_per_device);
  }

 private:
  std::map<std::string, std::size_t> largest_;  // by name: bytes of the largest value told
};

things::ThingData& data_of(ServiceWorld& world, const Request& request, DeviceIndex device) {
  return world.things.data(device, device == request.device ? request.place : world.registry.device(device).resides_at());
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

/// Each report with whom it is about; or what is wrong with one of them.
using Report = std::pair<DeviceIndex, const json::value*>;
std::optional<Answer> collect(const ServiceWorld& world, const Request& request, const json::array& reports, std::vector<Report>& found) {
  for (const json::value& report : reports) {
    const auto reporter = reporter_of(world, request, report);
    if (!reporter) return refusal(alink_code::no_topology, "identity is neither the device nor its sub-device");
    found.emplace_back(*reporter, &report);
  }
  return std::nullopt;
}

/// All of them or none.
Answer take_reports(ServiceWorld& world, const Request& request, const std::vector<Report>& reports) {
  std::map<DeviceIndex, Addition> additions;
  for (const auto& [reporter, report] : reports) additions[reporter].count(*report);
  for (const auto& [reporter, addition] : additions)
    if (auto problem = addition.problem(data_of(world, request, reporter).properties, world.config.limits)) return *problem;
  for (const auto& [reporter, report] : reports) take_report(world, data_of(world, request, reporter), *report, request.unix_ms);
  return {};
}

}  // namespace

Answer post_history(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array()) return refusal(alink_code::bad_params, "params is not an array");
  std::vector<Report> reports;
  if (auto problem = collect(world, request, params->get_array(), reports)) return *problem;
  return take_reports(world, request, reports);
}

Answer post_batch(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_object()) return refusal(alink_code::bad_params, "params is not an object");
  std::vector<Report> reports;
  if (const json::value* sub_devices = params->get_object().if_contains("subDevices")) {
    if (!sub_devices->is_array()) return refusal(alink_code::bad_params, "subDevices is not an array");
    if (auto problem = collect(world, request, sub_devices->get_array(), reports)) return *problem;
  }
  reports.emplace_back(request.device, &*params);
  return take_reports(world, request, reports);
}

}  // namespace fleetsim::platform::mqtt
