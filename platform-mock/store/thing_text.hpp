// Runtime data of one device at one place as JSON text: one text for the properties, which change all the time, one for the rest.
//
//   std::string properties = properties_text(thing);
//   std::string details = details_text(thing);                  // empty: it has none
//   if (!read_thing(properties, details, thing)) damaged();
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/things/device_labels.hpp"
#include "platform-mock/core/things/thing_data.hpp"

namespace fleetsim::platform {

std::string properties_text(const things::ThingData& thing);
/// Wishes, events, logs, answers, shadow, versions, files.
std::string details_text(const things::ThingData& thing);
/// Into an empty one. False when a text is no such text.
bool read_thing(std::string_view properties, std::string_view details, things::ThingData& thing);

std::string tags_text(const std::vector<things::Tag>& tags);
/// Nothing when it is no such text.
std::optional<std::vector<things::Tag>> tags_in(std::string_view text);
std::string groups_text(const things::DeviceLabels& labels);
bool read_labels(std::string_view tags, std::string_view groups, things::DeviceLabels& labels);

}  // namespace fleetsim::platform
