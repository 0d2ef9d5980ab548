// thing/topo/add, delete and get, thing/list/found, thing/sub/register: which sub-devices stand behind a gateway, as the gateway tells.
// It proves that it knows a sub-device by the sub-device's own signature.
#include <boost/json/array.hpp>
#include <vector>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/service.hpp"
#include "platform-mock/core/mqtt/services/sub_device_proof.hpp"

namespace fleetsim::platform::mqtt {
namespace {

namespace json = boost::json;

bool is_too_long(const ServiceWorld& world, const json::array& sub_devices) {
  return sub_devices.size() > world.config.limits.sub_devices_per_request;
}

bool is_gateway(const ServiceWorld& world, DeviceIndex device) {
  return world.registry.product(world.registry.device(device).product).data.node_type == NodeType::gateway;
}

void append_list(std::string& out, const Registry& registry, const std::vector<DeviceIndex>& devices) {
  out.push_back('[');
  for (const DeviceIndex device : devices) {
    if (out.back() != '[') out.push_back(',');
    out.push_back('{');
    append_names(out, names_of(registry, device));
    out.push_back('}');
  }
  out.push_back(']');
}

Answer list_of(ServiceWorld& world, const std::vector<DeviceIndex>& devices) {
  world.data.clear();
  append_list(world.data, world.registry, devices);
  return {.data = world.data};
}

/// What is wrong with one entry of thing/topo/add.
std::optional<Answer> problem_of(const ServiceWorld& world, const Request& request, const json::value& entry,
                                 std::optional<DeviceIndex> sub) {
  if (text_in(entry, "productKey").empty() || text_in(entry, "deviceName").empty())
    return refusal(alink_code::bad_params, "productKey or deviceName is missing");
  if (!sub) return refusal(alink_code::device_not_found, "the sub-device does not exist");
  if (*sub == request.device) return refusal(alink_code::topology_with_itself, "a gateway is not its own sub-device");
  if (is_gateway(world, *sub)) return refusal(alink_code::bad_params, "a gateway does not stand behind another");
  if (!world.lines.may_join(request.device, *sub))
    return refusal(alink_code::device_not_found, "the sub-device is not where the gateway is");
  if (!proves_sub_device(world, *sub, entry)) return refusal(alink_code::topology_signature, "the sub-device's signature does not match");
  return std::nullopt;
}

}  // namespace

/// All of them or none.
Answer add_topology(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array() || params->get_array().empty()) return refusal(alink_code::bad_params, "no sub-device is given");
  const json::array& entries = params->get_array();
  if (is_too_long(world, entries))
    return refusal(alink_code::bad_params, "too many sub-devices at once", LimitKind::sub_devices_per_request);
  if (!is_gateway(world, request.device)) return refusal(alink_code::bad_params, "the device is not a gateway");
  things::Topology& topology = world.things.topology();
  const std::size_t sub_devices_max = documented_max(world.config.limits, world.config.limits.sub_devices_per_gateway);
  std::vector<DeviceIndex> added;
  std::size_t fresh = 0;
  for (const json::value& entry : entries) {
    const auto sub = device_in(world.registry, entry);
    if (const auto problem = problem_of(world, request, entry, sub)) return *problem;
    if (!topology.has(request.device, *sub)) ++fresh;
    added.push_back(*sub);
  }
  if (topology.sub_devices_of(request.device).size() + fresh > sub_devices_max)
    return refusal(alink_code::topology_full, "the gateway has too many sub-devices", LimitKind::sub_devices_per_gateway);
  for (const DeviceIndex sub : added) {
    const auto former = topology.gateway_of(sub);
    if (former && *former != request.device) world.lines.log_out(*former, sub, "stands behind another gateway", request.turn);
    topology.add(request.device, sub, sub_devices_max);
  }
  return list_of(world, added);
}

Answer delete_topology(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array() || params->get_array().empty()) return refusal(alink_code::bad_params, "no sub-device is given");
  if (is_too_long(world, params->get_array()))
    return refusal(alink_code::bad_params, "too many sub-devices at once", LimitKind::sub_devices_per_request);
  std::vector<DeviceIndex> leaving;
  for (const json::value& entry : params->get_array()) {
    const auto sub = device_in(world.registry, entry);
    if (!sub) return refusal(alink_code::device_not_found, "the sub-device does not exist");
    if (is_left_behind(world, request) || !world.things.topology().has(request.device, *sub))
      return refusal(alink_code::no_topology, "it does not stand behind this gateway");
    leaving.push_back(*sub);
  }
  for (const DeviceIndex sub : leaving) {
    world.lines.log_out(request.device, sub, "taken out of the topology", request.turn);
    world.things.topology().remove(request.device, sub);
  }
  return list_of(world, leaving);
}

Answer get_topology(ServiceWorld& world, const Request& request) {
  if (is_left_behind(world, request)) return list_of(world, {});
  return list_of(world, world.things.topology().sub_devices_of(request.device));
}

/// A gateway has found devices near it. Somebody has to say yes first; here nobody is asked.
Answer report_found(ServiceWorld&, const Request&) { return {}; }

/// Secrets of sub-devices for their gateway.
Answer register_sub_devices(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array() || params->get_array().empty()) return refusal(alink_code::bad_params, "no sub-device is given");
  if (is_too_long(world, params->get_array()))
    return refusal(alink_code::bad_params, "too many sub-devices at once", LimitKind::sub_devices_per_request);
  if (!is_gateway(world, request.device)) return refusal(alink_code::bad_params, "the device is not a gateway");
  std::string& data = world.data;
  data.assign("[");
  for (const json::value& entry : params->get_array()) {
    const auto sub = world.registration.fetch_unsigned(text_in(entry, "productKey"), text_in(entry, "deviceName"));
    if (!sub) return refusal(sub.error(), "the sub-device cannot be registered");
    if (!world.lines.may_join(request.device, *sub))
      return refusal(alink_code::device_not_found, "the sub-device is not where the gateway is");
    const DeviceNames names = names_of(world.registry, *sub);
    if (data.size() > 1) data.push_back(',');
    data.append("{\"iotId\":");
    append_json_string(data, std::string(names.product_key).append(".").append(names.device_name));
    data.push_back(',');
    append_names(data, names);
    data.append(",\"deviceSecret\":");
    append_json_string(data, world.registry.device(*sub).secret);
    data.push_back('}');
  }
  data.push_back(']');
  return {.data = data};
}

}  // namespace fleetsim::platform::mqtt
