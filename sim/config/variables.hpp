// Variables of a scenario: `vars:` gives names and defaults, `--set name=value` changes them, `${name}` in any value uses them.
// Done on the tree, so that positions stay those of the file. `$${` stands for a plain `${`.
//
//   Variables vars; vars.set["devices"] = "9000";
//   resolve_variables(root, vars, diagnostics);      // afterwards vars.used has every value, root has no `${` left
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/config/diagnostics.hpp"
#include "sim/config/node.hpp"

namespace fleetsim::sim {

using Settings = std::map<std::string, std::string>;

enum class UnknownSetting { error, ignore };  // a file that is included knows only some of the names

/// Reads and removes `vars:` from the root, then fills in the values. Returns the values in force.
/// `settings` win over the defaults; one that no `vars:` names is an error (or ignored). A variable that nothing uses is a warning.
Settings resolve_variables(Node& root, const Settings& settings, UnknownSetting unknown, Diagnostics& diagnostics);

/// "name=value" of the command line; nothing when there is no name or no `=`.
std::optional<std::pair<std::string, std::string>> parse_setting(std::string_view text);

}  // namespace fleetsim::sim
