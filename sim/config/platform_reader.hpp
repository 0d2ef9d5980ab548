// A platform description in YAML to PlatformConfig. Stands alone in a file (`fleetsim platform --config F`) or inside a scenario
// (`platform:`), where `file:` names one and the other keys replace those of the file.
// The YAML form is described by scenarios/platform.schema.json.
//
//   auto config = load_platform("three-regions.yaml", {}, diagnostics);
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/platform_config.hpp"
#include "sim/config/diagnostics.hpp"
#include "sim/config/node.hpp"
#include "sim/config/variables.hpp"

namespace fleetsim::sim {

/// Where listeners live when a file does not say: loopback, above 1024, not 1883, below the ephemeral range.
inline constexpr std::uint16_t default_mqtt_port = 18830;
inline constexpr std::uint16_t default_bootstrap_port = 18443;
inline constexpr std::uint16_t default_management_port = 18080;
inline constexpr std::uint16_t default_metrics_port = 18081;

/// Nothing when there were errors; all of them are in the diagnostics.
std::optional<platform::PlatformConfig> load_platform(const std::string& path, const Settings& settings, Diagnostics& diagnostics);

/// Reads a tree whose variables are resolved. `path` prefixes error texts ("platform"), `folder` is what relative file names start from.
struct PlatformPlace {
  std::string path;
  std::string folder;
};
platform::PlatformConfig read_platform(const Node& root, const PlatformPlace& place, Diagnostics& diagnostics);

/// `platform:` of a scenario: a file name, or a map that may name one in `file:`. Returns the tree to read.
/// `scenario_values` win over the variables of the file.
std::optional<Node> resolve_platform_node(const Node& node, const std::string& folder, const Settings& scenario_values,
                                          Diagnostics& diagnostics);

/// "a/b.yaml" -> "a"; "" for a bare name. And the reverse: a relative name is taken from the folder.
std::string folder_of(const std::string& path);
std::string path_from(const std::string& folder, const std::string& name);

}  // namespace fleetsim::sim
