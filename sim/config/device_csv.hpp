// Real device triples from a CSV file, as consoles export them. First line: a header that names productKey, deviceName and deviceSecret
// in any order (case does not count, other columns are skipped). RFC 4180 quotes, a byte order mark and CRLF are fine.
//
//   std::vector<DeviceRow> rows = parse_device_csv(text, diagnostics.add_file("devices.csv"), diagnostics);
//
// Error texts never show a secret.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/diagnostics.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t csv_rows_max = 2'000'000;
inline constexpr std::size_t csv_bytes_max = std::size_t{256} * 1024 * 1024;

struct DeviceRow {
  std::string product_key;
  std::string device_name;
  std::string device_secret;
};

/// Rows that are wrong are reported and left out.
std::vector<DeviceRow> parse_device_csv(std::string_view text, std::uint16_t file, Diagnostics& diagnostics);

/// Reads the file; an error at `wanted_at` when it cannot be read.
std::vector<DeviceRow> load_device_csv(const std::string& path, const Position& wanted_at, Diagnostics& diagnostics);

}  // namespace fleetsim::sim
