// The latest value of each property of a thing, as raw JSON. Sorted by name and kept in place: a device that goes on posting the same
// properties costs no allocation.
//
//   PropertyTable properties;
//   properties.set("power", "\"on\"", 1524448722000, limits);
//   if (const Property* power = properties.find("power")) use(power->value);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

struct Property {
  std::string name;
  std::string value;  // compact JSON
  std::int64_t time_ms = 0;
};

class PropertyTable {
 public:
  /// False when the limits forbid it; then nothing has changed.
  bool set(std::string_view name, std::string_view value, std::int64_t time_ms, const ThingLimits& limits);
  /// The same, unless a later value is known already: for what a device reports afterwards.
  bool set_if_newer(std::string_view name, std::string_view value, std::int64_t time_ms, const ThingLimits& limits);
  const Property* find(std::string_view name) const;
  /// By name.
  const std::vector<Property>& all() const { return properties_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<Property>::iterator position_of(std::string_view name);

  std::vector<Property> properties_;
  std::size_t bytes_ = 0;
};

}  // namespace fleetsim::platform::things
