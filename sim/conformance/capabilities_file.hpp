// Capabilities as a file: what `--capabilities-out` writes and `--capabilities` reads (scenarios/capabilities.schema.json). Whoever edits
// it declares: what stands there counts more than what a discovery run sees, and null means that nobody knows.
//
//   write_output("device.json", capabilities_file({.dut = "virtual:reference", .seed = 1}, capabilities));
//   const auto declared = read_capabilities("device.json");
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/capabilities.hpp"
#include "sim/report/json_writer.hpp"

namespace fleetsim::sim {

inline constexpr int capabilities_schema_version = 1;

/// Whose they are.
struct CapabilitiesHead {
  std::string dut;
  std::uint64_t seed = 0;
};

std::string capabilities_file(const CapabilitiesHead& head, const Capabilities& capabilities);
Result<Capabilities, std::string> read_capabilities(const std::string& path);
/// `file` is for messages only.
Result<Capabilities, std::string> parse_capabilities(std::string_view text, const std::string& file);

void put_capability_value(JsonWriter& json, const CapabilityValue& value);

}  // namespace fleetsim::sim
