// thing/deviceinfo/update, delete and get: the device's tags. They hang on the device, not on its place, and are cleared when it is
// distributed.
#include <boost/json/array.hpp>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

namespace json = boost::json;

namespace {

constexpr Answer has_left = refusal(alink_code::device_not_found, "the device was distributed");

}  // namespace

Answer update_tags(ServiceWorld& world, const Request& request) {
  if (is_left_behind(world, request)) return has_left;
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array() || params->get_array().empty()) return refusal(alink_code::bad_params, "no tag is given");
  const things::ThingLimits& limits = world.config.limits;
  std::vector<things::Tag> tags;
  for (const json::value& entry : params->get_array()) {
    if (tags.size() >= limits.tags_per_device)
      return refusal(alink_code::bad_params, "more tags than a device may have", LimitKind::tags_per_device);
    tags.push_back({.key = std::string(text_in(entry, "attrKey")), .value = std::string(text_in(entry, "attrValue"))});
  }
  things::DeviceLabels& labels = world.things.labels(request.device);
  if (labels.set_tags(tags, limits)) return {};
  if (labels.count_with(tags) > limits.tags_per_device)
    return refusal(alink_code::bad_params, "the device has too many tags", LimitKind::tags_per_device);
  return refusal(alink_code::bad_params, "a tag is malformed");
}

Answer delete_tags(ServiceWorld& world, const Request& request) {
  if (is_left_behind(world, request)) return has_left;
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array()) return refusal(alink_code::bad_params, "params is not an array");
  for (const json::value& entry : params->get_array())
    if (text_in(entry, "attrKey").empty()) return refusal(alink_code::bad_params, "attrKey is missing");
  things::DeviceLabels& labels = world.things.labels(request.device);
  for (const json::value& entry : params->get_array()) labels.remove_tag(text_in(entry, "attrKey"));
  return {};
}

/// Those that are named, or all.
Answer get_tags(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  const json::array* wanted = params ? params->if_array() : nullptr;
  const auto is_wanted = [wanted](const things::Tag& tag) {
    if (wanted == nullptr || wanted->empty()) return true;
    for (const json::value& name : *wanted)
      if ((name.is_string() && name.get_string() == tag.key) || text_in(name, "attrKey") == tag.key) return true;
    return false;
  };
  std::string& data = world.data;
  data.assign("[");
  static const std::vector<things::Tag> no_tags;
  const things::DeviceLabels* labels = is_left_behind(world, request) ? nullptr : world.things.find_labels(request.device);
  for (const things::Tag& tag : labels == nullptr ? no_tags : labels->tags()) {
    if (!is_wanted(tag)) continue;
    if (data.size() > 1) data.push_back(',');
    data.append("{\"attrKey\":");
    append_json_string(data, tag.key);
    data.append(",\"attrValue\":");
    append_json_string(data, tag.value);
    data.push_back('}');
  }
  data.push_back(']');
  return {.data = data};
}

}  // namespace fleetsim::platform::mqtt
