// thing/property/desired/get and delete: what the platform's users want the device to be, asked for by a device that has been away, and
// cleared by it once it is done.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

namespace json = boost::json;

Answer get_desired(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array()) return refusal(alink_code::bad_params, "params is not an array");
  const json::array& names = params->get_array();
  if (names.size() > world.config.limits.desired_properties_per_device)
    return refusal(alink_code::bad_params, "too many names", LimitKind::desired_properties_per_device);
  const things::ThingData* thing = world.things.find(request.device, request.place);
  const things::ThingDetails* details = thing == nullptr ? nullptr : thing->known_details();
  std::string& data = world.data;
  data.assign("{");
  for (const json::value& name : names) {
    if (!name.is_string()) return refusal(alink_code::bad_params, "a name is not a string");
    const std::string_view wanted{name.get_string().data(), name.get_string().size()};
    const things::DesiredProperty* wish = details == nullptr ? nullptr : details->desired.find(wanted);
    if (wish == nullptr) continue;
    if (data.size() > 1) data.push_back(',');
    append_json_string(data, wish->name);
    data.append(":{\"value\":").append(wish->value).append(",\"version\":");
    append_number(data, static_cast<std::int64_t>(wish->version));
    data.push_back('}');
  }
  data.push_back('}');
  return {.data = data};
}

/// A wish that has changed since the device saw it stays, and so does one that was never made: neither is a mistake.
Answer delete_desired(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_object()) return refusal(alink_code::bad_params, "params is not an object");
  for (const auto& member : params->get_object())
    if (!member.value().is_object()) return refusal(alink_code::bad_params, "a property is not an object");
  things::DesiredProperties& desired = world.things.data(request.device, request.place).details().desired;
  for (const auto& member : params->get_object()) {
    const json::value* version = member.value().get_object().if_contains("version");
    const bool has_version = version != nullptr && version->is_int64() && version->get_int64() >= 0;
    const std::optional<std::uint64_t> seen =
        has_version ? std::optional<std::uint64_t>(static_cast<std::uint64_t>(version->get_int64())) : std::nullopt;
    desired.remove({member.key().data(), member.key().size()}, seen);
  }
  return {};
}

}  // namespace fleetsim::platform::mqtt
