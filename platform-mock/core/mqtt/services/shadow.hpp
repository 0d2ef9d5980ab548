// The shadow as the platform's users change it: the device is told what is desired, now if it can hear.
//
//   if (auto refused = change_shadow_from_above(world, {device, names, place}, {document}, turn, unix_ms)) answer(refused->code);
#pragma once

#include <optional>
#include <string_view>

#include "platform-mock/core/mqtt/services/service.hpp"
#include "platform-mock/core/things/shadow.hpp"

namespace fleetsim::platform::mqtt {

struct ShadowOwner {
  DeviceIndex device;
  DeviceNames names;
  Place place;
};

struct ShadowChange {
  std::string_view document;  // {"method":"update","state":{"desired":{…}},"version":n}
  things::DesiredUpdate desired = things::DesiredUpdate::merged;
};
std::optional<things::Shadow::Refusal> change_shadow_from_above(ServiceWorld& world, const ShadowOwner& owner, const ShadowChange& change,
                                                                const Turn& turn, std::int64_t unix_ms);
/// The whole as users read it: {"method":"reply","payload":{"status":"success","state":…,"metadata":…},"timestamp":s,"version":n}.
std::string shadow_text(const things::Shadow& shadow, std::int64_t unix_ms);

}  // namespace fleetsim::platform::mqtt
