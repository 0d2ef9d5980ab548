// What transport paho cannot do: its library takes neither a source address nor a map of names. Told when a scenario is read, and again
// before its devices are made, for not every scenario comes from a file.
//
//   if (const auto obstacle = paho_obstacle(group, names)) error(obstacle->key, obstacle->why);
#pragma once

#include <optional>
#include <string_view>

#include "platform-mock/core/platform_config.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

struct PahoObstacle {
  std::string_view key;  // of the group: what to change
  std::string_view why;
};

/// Nothing when the group has another transport, or all is well. `names`: what the platform advertises; of one elsewhere, loopback.
inline std::optional<PahoObstacle> paho_obstacle(const FleetGroup& group, platform::AdvertisedNames names) {
  if (group.transport != Transport::paho) return std::nullopt;
  if (names == platform::AdvertisedNames::realistic)
    return PahoObstacle{"transport", "paho cannot resolve the platform's realistic names; use names: loopback"};
  if (group.addresses.proxy) return PahoObstacle{"addresses", "not with transport: paho, which cannot send a PROXY header"};
  if (group.addresses.kind != AddressPlan::Kind::loopback_spread)
    return PahoObstacle{"addresses", "not with transport: paho, which has no choice of address"};
  return std::nullopt;
}

}  // namespace fleetsim::sim
