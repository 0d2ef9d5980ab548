// Two groups must not run the same device: the platform would throw the one session out for the other, again and again.
#include <algorithm>
#include <fmt/format.h>

#include "sim/scenario/device_naming.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

bool derives(const FleetGroup& group, std::string_view product, std::string_view name) {
  if (!group.devices_file.empty() || group.product != product) return false;
  const std::optional<std::uint64_t> index = derived_index(group.device_prefix, name);
  return index && *index >= group.first_index && *index - group.first_index < group.count;
}

/// Of two prefixes one of which begins the other: "m" with index 1000001 and "m1" with index 1 are one name.
bool same_name_by_chance(const FleetGroup& one, const FleetGroup& other) {
  const bool longer = one.device_prefix.size() > other.device_prefix.size();
  const FleetGroup& from = longer ? one : other;
  const FleetGroup& in = longer ? other : one;
  if (!from.device_prefix.starts_with(in.device_prefix)) return false;
  const std::string_view rest = std::string_view{from.device_prefix}.substr(in.device_prefix.size());
  if (!std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  for (std::uint64_t i = 0; i < from.count; ++i)
    if (derives(in, from.product, derived_device_name(from.device_prefix, from.first_index + i))) return true;
  return false;
}

bool derive_the_same(const FleetGroup& one, const FleetGroup& other) {
  if (!one.devices_file.empty() || !other.devices_file.empty() || one.product != other.product) return false;
  if (one.device_prefix != other.device_prefix) return same_name_by_chance(one, other);
  return one.first_index < other.first_index + other.count && other.first_index < one.first_index + one.count;
}

}  // namespace

void check_listed_overlap(MapReader& devices, ScenarioContext& context, const FleetGroup& group, const std::vector<DeviceRow>& rows) {
  for (std::size_t i = 0; i < rows.size() && i < group.count; ++i) {
    const std::string name = fmt::format("{}/{}", rows[i].product_key, rows[i].device_name);
    std::string other = context.listed_devices.emplace(name, group.name).first->second;
    for (const FleetGroup& earlier : context.scenario.groups)
      if (derives(earlier, rows[i].product_key, rows[i].device_name)) other = earlier.name;
    if (other == group.name) continue;
    devices.error(devices.at("from"), "from", fmt::format("{} is a device of group {} already", name, other));
    return;
  }
}

void check_derived_overlap(MapReader& reader, const ScenarioContext& context, const FleetGroup& group) {
  if (!group.devices_file.empty()) return;
  for (const FleetGroup& other : context.scenario.groups) {
    if (derive_the_same(group, other))
      reader.error(reader.at("devices"), "devices",
                   fmt::format("the same devices as in group {}: give them another prefix or first_index", other.name));
  }
  for (const auto& [name, other] : context.listed_devices) {
    const std::string_view whole = name;
    const std::size_t slash = whole.find('/');
    if (!derives(group, whole.substr(0, slash), whole.substr(slash + 1))) continue;
    reader.error(reader.at("devices"), "devices", fmt::format("{} is a device of group {} already", name, other));
    return;
  }
}

}  // namespace fleetsim::sim
