#include "platform-mock/core/things/desired_properties.hpp"

#include <algorithm>

namespace fleetsim::platform::things {

Result<std::uint64_t, DesiredProperties::Refusal> DesiredProperties::set(std::string_view name, std::string_view value,
                                                                         std::optional<std::uint64_t> expected, std::int64_t now_ms,
                                                                         const ThingLimits& limits) {
  if (name.size() > property_name_bytes_max || value.size() > limits.desired_property_bytes) return fail(Refusal::too_long);
  const auto at = std::find_if(wishes_.begin(), wishes_.end(), [name](const DesiredProperty& wish) { return wish.name == name; });
  const std::uint64_t current = at == wishes_.end() ? 0 : at->version;
  if (expected && *expected != current) return fail(Refusal::wrong_version);
  if (at == wishes_.end() && wishes_.size() >= limits.desired_properties_per_device) return fail(Refusal::too_many);
  DesiredProperty& wish = at == wishes_.end() ? wishes_.emplace_back() : *at;
  wish.name = name;
  wish.value = value;
  wish.version = ++last_version_;
  wish.time_ms = now_ms;
  return wish.version;
}

DesiredProperties::Removed DesiredProperties::remove(std::string_view name, std::optional<std::uint64_t> version) {
  const auto at = std::find_if(wishes_.begin(), wishes_.end(), [name](const DesiredProperty& wish) { return wish.name == name; });
  if (at == wishes_.end()) return Removed::unknown;
  if (version && *version != at->version) return Removed::changed_meanwhile;
  wishes_.erase(at);
  return Removed::yes;
}

const DesiredProperty* DesiredProperties::find(std::string_view name) const {
  const auto at = std::find_if(wishes_.begin(), wishes_.end(), [name](const DesiredProperty& wish) { return wish.name == name; });
  return at == wishes_.end() ? nullptr : &*at;
}

}  // namespace fleetsim::platform::things
