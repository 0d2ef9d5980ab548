// A configuration tree as YAML again: what sim/config/yaml_document.hpp reads back as the same tree. For files that people look at: maps in
// blocks as far down as a group, what is deeper on one line.
//
//   write_file(yaml_text(root));
#pragma once

#include <string>

#include "sim/config/node.hpp"

namespace fleetsim::sim {

std::string yaml_text(const Node& root);

}  // namespace fleetsim::sim
