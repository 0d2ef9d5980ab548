// /ext/session/…/combine/login, logout and their batches: a sub-device goes online and offline through its gateway's connection.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/service.hpp"
#include "platform-mock/core/mqtt/services/sub_device_proof.hpp"

namespace fleetsim::platform::mqtt {
namespace {

namespace json = boost::json;

constexpr std::size_t logins_per_batch_max = 50;

std::string_view words_for(std::int32_t code) {
  if (code == alink_code::too_many_sub_devices) return "too many sub-devices are online";
  if (code == alink_code::too_many_requests) return "too many logins a second";
  if (code == alink_code::sub_device_disabled) return "the sub-device is disabled";
  if (code == alink_code::no_topology) return "the sub-device does not stand behind this gateway here";
  return "the sub-device cannot log in here";
}

/// Who logs in; or what is wrong.
Result<DeviceIndex, Answer> check_login(const ServiceWorld& world, const Request& request, const json::value& entry) {
  if (text_in(entry, "productKey").empty() || text_in(entry, "deviceName").empty())
    return fail(refusal(alink_code::bad_params, "productKey or deviceName is missing"));
  const auto sub = device_in(world.registry, entry);
  if (!sub) return fail(refusal(alink_code::device_not_found, "the sub-device does not exist"));
  if (!world.things.topology().has(request.device, *sub)) return fail(refusal(alink_code::no_topology, words_for(alink_code::no_topology)));
  if (!proves_sub_device(world, *sub, entry)) return fail(refusal(alink_code::bad_signature, "the sub-device's signature does not match"));
  return *sub;
}

void begin_list(std::string& out) { out.assign("["); }
void add_to_list(std::string& out, const Registry& registry, DeviceIndex device) {
  if (out.size() > 1) out.push_back(',');
  out.push_back('{');
  append_names(out, names_of(registry, device));
  out.push_back('}');
}

Answer about_one(ServiceWorld& world, DeviceIndex device) {
  world.data.assign("{");
  append_names(world.data, names_of(world.registry, device));
  world.data.push_back('}');
  return {.data = world.data};
}

}  // namespace

Answer log_in_one(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params) return refusal(alink_code::bad_params, "params is missing");
  const auto sub = check_login(world, request, *params);
  if (!sub) return sub.error();
  const std::int32_t code = world.lines.log_in(request.device, *sub, request.turn);
  if (code != alink_code::success) return refusal(code, words_for(code));
  return about_one(world, *sub);
}

/// Checked all of them first, so that a batch with a stranger in it logs nobody in.
Answer log_in_many(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  const json::value* list = params && params->is_object() ? params->get_object().if_contains("deviceList") : nullptr;
  if (list == nullptr || !list->is_array() || list->get_array().empty()) return refusal(alink_code::bad_params, "deviceList is missing");
  if (list->get_array().size() > logins_per_batch_max)
    return refusal(alink_code::bad_params, "more than 50 sub-devices at once", LimitKind::sub_devices_per_request);
  std::vector<DeviceIndex> subs;
  for (const json::value& entry : list->get_array()) {
    const auto sub = check_login(world, request, entry);
    if (!sub) return sub.error();
    subs.push_back(*sub);
  }
  for (const DeviceIndex sub : subs) {
    const std::int32_t code = world.lines.log_in(request.device, sub, request.turn);
    if (code != alink_code::success) return refusal(code, words_for(code));
  }
  begin_list(world.data);
  for (const DeviceIndex sub : subs) add_to_list(world.data, world.registry, sub);
  world.data.push_back(']');
  return {.data = world.data};
}

Answer log_out_one(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params) return refusal(alink_code::bad_params, "params is missing");
  const auto sub = device_in(world.registry, *params);
  if (!sub) return refusal(alink_code::device_not_found, "the sub-device does not exist");
  if (!world.lines.log_out(request.device, *sub, "Device disconnect", request.turn))
    return refusal(alink_code::no_sub_device_session, "the sub-device is not online here");
  return about_one(world, *sub);
}

Answer log_out_many(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array() || params->get_array().empty()) return refusal(alink_code::bad_params, "no sub-device is given");
  if (params->get_array().size() > logins_per_batch_max)
    return refusal(alink_code::bad_params, "more than 50 sub-devices at once", LimitKind::sub_devices_per_request);
  std::vector<DeviceIndex> subs;
  for (const json::value& entry : params->get_array()) {
    const auto sub = device_in(world.registry, entry);
    if (!sub) return refusal(alink_code::device_not_found, "the sub-device does not exist");
    subs.push_back(*sub);
  }
  begin_list(world.data);
  for (const DeviceIndex sub : subs)
    if (world.lines.log_out(request.device, sub, "Device disconnect", request.turn)) add_to_list(world.data, world.registry, sub);
  world.data.push_back(']');
  return {.data = world.data};
}

}  // namespace fleetsim::platform::mqtt
