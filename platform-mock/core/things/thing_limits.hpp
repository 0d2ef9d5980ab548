// How much the platform keeps of one device. They protect the process from its devices, so they hold whatever `limits.mode` says: a device
// that runs into one is refused with the code its service documents, or loses its oldest entry where only the latest matter.
//
//   const ThingLimits& limits = config.limits;      // each is a setting under `limits:`
//   if (!properties.set("power", "1", now_ms, limits)) refuse();
//
// The tables of a device are handed them with each change, since a pointer in each of a million devices would be a megabyte or eight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace fleetsim::platform::things {

struct ThingLimits {
  std::uint32_t properties_per_device = 500;
  std::uint32_t property_bytes_per_device = 256 * 1024;  // names and values together, at one place
  std::uint32_t desired_properties_per_device = 200;
  std::uint32_t desired_property_bytes = 1310;        // of one value
  std::uint32_t records_per_device = 50;              // events, log lines and answers to service calls: the latest so many of each,
  std::uint32_t record_bytes_per_device = 64 * 1024;  // as long as they fit into so many bytes
  std::uint32_t shadow_attributes = 128;              // of what is reported, and of what is desired
  std::uint32_t shadow_bytes = 16 * 1024;             // the same
  std::uint32_t shadow_depth = 5;
  std::uint32_t files_per_device = 100;
  std::uint32_t device_file_bytes = 256 * 1024;
  std::uint32_t firmware_modules_per_device = 10;
  std::uint32_t tags_per_device = 100;  // of a group too
  std::uint32_t groups_per_device = 10;
  std::uint32_t device_groups_per_place = 1000;
  std::uint32_t groups_per_group = 100;
  std::uint32_t device_group_levels = 3;
};

/// What holds unless a platform says otherwise.
inline constexpr ThingLimits default_thing_limits{};

/// For what was kept before: a limit that was lowered since takes nothing away.
constexpr ThingLimits limits_of_what_was_kept() {
  constexpr std::uint32_t any = std::numeric_limits<std::uint32_t>::max();
  ThingLimits limits;
  limits.properties_per_device = limits.property_bytes_per_device = any;
  limits.records_per_device = limits.record_bytes_per_device = any;
  limits.files_per_device = limits.device_file_bytes = limits.firmware_modules_per_device = any;
  limits.tags_per_device = limits.groups_per_device = any;
  return limits;
}

// Texts: what names a thing, as the platform takes it.
inline constexpr std::size_t property_name_bytes_max = 128;
inline constexpr std::size_t file_name_bytes_max = 100;
inline constexpr std::size_t module_name_bytes_max = 64;
inline constexpr std::size_t version_bytes_max = 64;
inline constexpr const char* default_module = "default";
inline constexpr std::size_t tag_key_bytes_max = 30;
inline constexpr std::size_t tag_value_bytes_max = 128;
inline constexpr std::size_t group_id_bytes_max = 64;

}  // namespace fleetsim::platform::things
