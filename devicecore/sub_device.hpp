// One device behind a gateway: who it is, and how far its login has come. The shell owns it and lends it; only the gateway changes the
// stage.
//
//   std::array<SubDevice, 2> meters = {SubDevice{*first}, SubDevice{*second}};
//   give(AttachSubDevices{meters});
#pragma once

#include <cstdint>

#include "devicecore/identity.hpp"

namespace fleetsim::device {

enum class SubDeviceStage : std::uint8_t {
  wanted,
  logging_in,
  adding,            // the login was refused: perhaps the topology does not have it
  logging_in_again,  // it has now
  online,
  refused,
};

struct SubDevice {
  explicit SubDevice(const Identity& who) : identity(who) {}
  Identity identity;
  SubDeviceStage stage = SubDeviceStage::wanted;
  std::int32_t code = 0;  // of the refusal; 0: no answer came
};

}  // namespace fleetsim::device
