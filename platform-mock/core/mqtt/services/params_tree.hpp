// Params and documents as trees, for services that are asked rarely. What comes often is read without one (AlinkMessage).
//
//   const auto params = tree_of(request.message.params_text());
//   for (const boost::json::value& entry : params->get_array()) use(text_in(entry, "attrKey"));
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform::mqtt {

/// Nothing: not JSON.
std::optional<boost::json::value> tree_of(std::string_view text);
/// The member of an object that is a string; empty when it is missing, no string, or `value` no object.
std::string_view text_in(const boost::json::value& value, std::string_view key);
std::string text_of_tree(const boost::json::value& value);
/// The device that `{"productKey":…,"deviceName":…}` names.
std::optional<DeviceIndex> device_in(const Registry& registry, const boost::json::value& value);

}  // namespace fleetsim::platform::mqtt
