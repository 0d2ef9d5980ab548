// OTA: upgrades over the air, as far as a move touches them. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement ota_informs();
Requirement ota_informs_again();
Requirement ota_after_move();
Requirement ota_moved_meanwhile();
Requirement ota_link_lost();
Requirement ota_nonsense();
Requirement ota_digest();
Requirement ota_progress();
Requirement ota_own_version();

}  // namespace requirement

std::span<const Requirement> ota_requirements();

}  // namespace fleetsim::sim
