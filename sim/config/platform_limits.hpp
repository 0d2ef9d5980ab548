// A part of `limits:` of a platform (platform_rules.cpp reads the rest): how much is kept, of a device and of everything.
//
//   read_limits_of_what_is_kept(reader, config.limits);
#pragma once

#include "platform-mock/core/platform_config.hpp"
#include "sim/config/reader.hpp"

namespace fleetsim::sim {

void read_limits_of_what_is_kept(MapReader& reader, platform::Limits& limits);

}  // namespace fleetsim::sim
