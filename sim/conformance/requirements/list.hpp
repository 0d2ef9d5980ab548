// The catalogue: every requirement, group by group. One group a folder, with a list of its own.
#pragma once

#include <span>
#include <string_view>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

std::span<const Requirement> requirements();
/// Null: there is none of that id.
const Requirement* find_requirement(std::string_view id);

}  // namespace fleetsim::sim
