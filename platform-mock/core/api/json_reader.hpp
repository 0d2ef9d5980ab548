// Reads the JSON that some parameters carry, into plain texts: no tree is handed out, so that an action needs no JSON library.
//
//   const auto props = text_members(call.in.required("Props"));                 // {"color":"red"} -> {{"color","red"}}
//   const auto devices = objects_in(call.in.required("DeviceListStr"));         // [{"productKey":…,"deviceName":…}, …]
//   if (!devices) return malformed();
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fleetsim::platform {

/// Name and value, in the order in which they came; a value that is no string is shown as compact JSON.
using TextMembers = std::vector<std::pair<std::string, std::string>>;

/// One JSON object and nothing behind it; else nothing.
std::optional<TextMembers> text_members(std::string_view json);
/// One array of such objects.
std::optional<std::vector<TextMembers>> objects_in(std::string_view json);
/// Empty when there is none of that name.
std::string_view member_text(const TextMembers& members, std::string_view name);
/// A member of an object as compact JSON; nothing when there is none, or `json` is no object.
std::optional<std::string> member_of(std::string_view json, std::string_view name);

/// What a product's TSL says of one of its "properties", "events" or "services"; nothing when it does not speak of it.
TextMembers feature_of(std::string_view tsl, std::string_view kind, std::string_view identifier);

}  // namespace fleetsim::platform
