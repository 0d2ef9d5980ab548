#include "platform-mock/core/mqtt/services/params_tree.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace fleetsim::platform::mqtt {

namespace json = boost::json;

std::optional<json::value> tree_of(std::string_view text) {
  json::error_code error;
  json::value tree = json::parse({text.data(), text.size()}, error);
  if (error) return std::nullopt;
  return tree;
}

std::string_view text_in(const json::value& value, std::string_view key) {
  const json::object* object = value.if_object();
  if (object == nullptr) return {};
  const json::value* member = object->if_contains({key.data(), key.size()});
  if (member == nullptr || !member->is_string()) return {};
  const json::string& text = member->get_string();
  return {text.data(), text.size()};
}

std::string text_of_tree(const json::value& value) { return json::serialize(value); }

std::optional<DeviceIndex> device_in(const Registry& registry, const json::value& value) {
  return registry.find_device(text_in(value, "productKey"), text_in(value, "deviceName"));
}

}  // namespace fleetsim::platform::mqtt
