// YAML text to a Node tree with positions. The one place that knows the YAML library.
// Anchors, aliases and `<<` merges work; duplicate keys, keys that are no plain text, cycles, several documents, and trees beyond the
// limits below are errors with a position.
//
//   std::optional<Node> root = parse_yaml(text, diagnostics.add_file("fleet.yaml"), diagnostics);
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "sim/config/diagnostics.hpp"
#include "sim/config/node.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t yaml_bytes_max = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t yaml_nodes_max = 200'000;  // after aliases are copied in: a file cannot grow without end
inline constexpr std::size_t yaml_keys_max = 2000;      // in one map
inline constexpr std::size_t yaml_depth_max = 32;

/// Nothing when the text is no YAML or breaks a limit; the diagnostics say why. A duplicate key is reported and the first value kept, so
/// that the rest of the file is still checked.
std::optional<Node> parse_yaml(std::string_view text, std::uint16_t file, Diagnostics& diagnostics);

}  // namespace fleetsim::sim
