// The file names in a scenario's tree, made whole: so that it can be written into another folder and means the same files there.
//
//   put_whole_paths(*root, folder_of(scenario.file));
#pragma once

#include <string>

#include "sim/config/node.hpp"

namespace fleetsim::sim {

/// Relative names start at `folder` (empty: where the process stands). What begins with a variable stays as it is.
void put_whole_paths(Node& scenario, const std::string& folder);

}  // namespace fleetsim::sim
