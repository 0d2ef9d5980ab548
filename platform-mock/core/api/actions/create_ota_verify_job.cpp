#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/api/firmware_view.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {

/// A few devices first. Where the devices are and whose file it is decide whether it may be (RULES.md, firmware).
ActionResult create_ota_verify_job(ActionCall& call) {
  ota::UpgradeOptions options = upgrade_options(call);
  const auto there = firmware_of_product(call);
  if (call.in.failed()) return call.in.error();
  if (!there) return there.error();
  const auto devices = devices_named(call, {.parameter = "TargetDeviceName", .devices_max = upgrade_devices_named_max});
  if (!devices) return devices.error();
  options.target_selection = "SPECIFIC";
  call.platform.upgrades().expire(call.now);
  const auto made = call.platform.devices().upgrade({.kind = ota::JobKind::verify,
                                                     .firmware = there->firmware,
                                                     .place = there->place,
                                                     .devices = *devices,
                                                     .options = std::move(options)},
                                                    {call.now, call.output});
  if (!made) return ApiError::of(made.error());
  write_created(call, *made);
  return std::nullopt;
}

}  // namespace fleetsim::platform
