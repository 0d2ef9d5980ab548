#include "platform-mock/core/things/property_table.hpp"

#include <algorithm>

namespace fleetsim::platform::things {

bool PropertyTable::set(std::string_view name, std::string_view value, std::int64_t time_ms, const ThingLimits& limits) {
  const auto at = position_of(name);
  if (at != properties_.end() && at->name == name) {
    if (bytes_ - at->value.size() + value.size() > limits.property_bytes_per_device) return false;
    bytes_ += value.size() - at->value.size();
    at->value.assign(value);
    at->time_ms = time_ms;
    return true;
  }
  const bool fits = properties_.size() < limits.properties_per_device && name.size() <= property_name_bytes_max &&
                    bytes_ + name.size() + value.size() <= limits.property_bytes_per_device;
  if (!fits) return false;
  bytes_ += name.size() + value.size();
  properties_.insert(at, {.name = std::string(name), .value = std::string(value), .time_ms = time_ms});
  return true;
}

bool PropertyTable::set_if_newer(std::string_view name, std::string_view value, std::int64_t time_ms, const ThingLimits& limits) {
  const Property* known = find(name);
  if (known != nullptr && known->time_ms > time_ms) return true;
  return set(name, value, time_ms, limits);
}

const Property* PropertyTable::find(std::string_view name) const {
  const auto at = std::lower_bound(properties_.begin(), properties_.end(), name,
                                   [](const Property& property, std::string_view wanted) { return property.name < wanted; });
  return at != properties_.end() && at->name == name ? &*at : nullptr;
}

std::vector<Property>::iterator PropertyTable::position_of(std::string_view name) {
  return std::lower_bound(properties_.begin(), properties_.end(), name,
                          [](const Property& property, std::string_view wanted) { return property.name < wanted; });
}

}  // namespace fleetsim::platform::things
