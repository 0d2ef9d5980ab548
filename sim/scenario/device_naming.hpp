// What the devices of a group are called when no file says so: the group's prefix and an index of six digits or more.
//
//   derived_device_name("meter-", 42);                                  // "meter-000042"
//   derived_index("meter-", "meter-000042");                            // 42
//   names_device("a1TestPK001/meter-000042", "a1TestPK001", "meter-000042");  // true, and so does "meter-000042" alone
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fleetsim::sim {

inline constexpr std::size_t device_index_digits = 6;  // more when the index needs them

/// Prefix and zero-padded index.
std::string derived_device_name(std::string_view prefix, std::uint64_t index);

/// Whether that is it, without making it.
bool is_derived_name(std::string_view prefix, std::uint64_t index, std::string_view device_name);

/// The index behind a derived name; nothing when no index has this name.
std::optional<std::uint64_t> derived_index(std::string_view prefix, std::string_view device_name);

/// `text` is a scenario's word for one device: its name, or product key and name with a `/` between them.
bool names_device(std::string_view text, std::string_view product_key, std::string_view device_name);

}  // namespace fleetsim::sim
