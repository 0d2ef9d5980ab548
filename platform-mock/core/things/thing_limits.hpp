// How much the platform keeps of one device. They protect the process from its devices: a device that runs into one is refused with
// the code its service documents, or loses its oldest entry where only the latest matter.
#pragma once

#include <cstddef>

namespace fleetsim::platform::things {

inline constexpr std::size_t properties_max = 500;
inline constexpr std::size_t property_name_bytes_max = 128;
/// Names and values together, of one device at one place.
inline constexpr std::size_t property_bytes_max = std::size_t{256} * 1024;

inline constexpr std::size_t desired_max = 200;

/// Events, log lines and answers to service calls: the latest so many, as long as they fit into so many bytes.
inline constexpr std::size_t records_kept_max = 50;
inline constexpr std::size_t record_bytes_kept_max = std::size_t{64} * 1024;

inline constexpr std::size_t shadow_attributes_max = 128;
inline constexpr std::size_t shadow_bytes_max = std::size_t{16} * 1024;
inline constexpr std::size_t shadow_depth_max = 5;

inline constexpr std::size_t files_max = 100;
inline constexpr std::size_t file_name_bytes_max = 100;
inline constexpr std::size_t file_bytes_max = std::size_t{256} * 1024;

inline constexpr std::size_t modules_max = 10;
inline constexpr std::size_t module_name_bytes_max = 64;
inline constexpr std::size_t version_bytes_max = 64;
inline constexpr const char* default_module = "default";

inline constexpr std::size_t tags_max = 100;
inline constexpr std::size_t tag_key_bytes_max = 30;
inline constexpr std::size_t tag_value_bytes_max = 128;
inline constexpr std::size_t groups_max = 10;
inline constexpr std::size_t group_id_bytes_max = 64;

inline constexpr std::size_t sub_devices_max = 1500;

}  // namespace fleetsim::platform::things
