// A scenario file to a Scenario that can be trusted, or every mistake in it with its position.
// The YAML form is described by scenarios/scenario.schema.json and scenarios/README.md.
//
//   Diagnostics diagnostics;
//   std::optional<Scenario> scenario = load_scenario("quickstart.yaml", {{"devices", "500"}}, diagnostics);
//   if (!scenario) std::cerr << diagnostics.text();
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/config/diagnostics.hpp"
#include "sim/config/variables.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// Reads the file and all that it names: the platform file, device lists. With `external_file`, which has the keys of `external`, the
/// scenario runs on the platform that this file describes, in world external, whatever its own world and platform are.
std::optional<Scenario> load_scenario(const std::string& path, const Settings& settings, Diagnostics& diagnostics,
                                      const std::string& external_file = {});

/// The same from memory; `path` is for error texts and for what relative file names start from.
std::optional<Scenario> read_scenario(std::string_view text, const std::string& path, const Settings& settings, Diagnostics& diagnostics,
                                      const std::string& external_file = {});

/// One more step for a scenario that was read before: a YAML map of its name and settings. It becomes the last of `scenario.steps`, which
/// later ones may refer to; nothing when it is wrong. Variables are none.
const Step* read_step_text(std::string_view text, const std::string& path, Scenario& scenario, Diagnostics& diagnostics);

/// What a YAML file is, told by its keys.
enum class FileKind : std::uint8_t { scenario, platform };
std::optional<FileKind> file_kind(const std::string& path, Diagnostics& diagnostics);

}  // namespace fleetsim::sim
