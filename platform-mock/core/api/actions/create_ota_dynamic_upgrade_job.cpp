#include <algorithm>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/api/firmware_view.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

/// Devices that have told one of the wanted versions, where they are now.
std::vector<DeviceIndex> known_now(const ActionCall& call, const FirmwareThere& there, const std::vector<std::string>& sources) {
  const ota::Firmware& firmware = call.platform.firmwares().at(there.firmware);
  const auto of_product = call.registry().devices_of(firmware.product);
  auto devices = residing_at(call, {of_product.begin(), of_product.end()}, there.place);
  std::erase_if(devices, [&](DeviceIndex device) {
    const std::string_view version = version_of(call, device, firmware.facts.module);
    const bool is_source = sources.empty() || std::find(sources.begin(), sources.end(), version) != sources.end();
    return version.empty() || version == firmware.facts.version || !is_source;
  });
  return devices;
}

}  // namespace

/// DynamicMode 1: devices that run one of the source versions, now or later; 2: only those that tell it later.
ActionResult create_ota_dynamic_upgrade_job(ActionCall& call) {
  const auto mode = call.in.whole("DynamicMode", {.min = 1, .max = 2}, 1);
  ota::UpgradeOptions options = upgrade_options(call);
  call.in.not_served("GroupId");
  const auto there = firmware_of_product(call);
  if (call.in.failed()) return call.in.error();
  if (!there) return there.error();
  if (auto problem = problem_with_verification(call.platform.firmwares().at(there->firmware))) return problem;
  ota::Upgrades& upgrades = call.platform.upgrades();
  if (upgrades.has_dynamic(there->firmware, there->place))
    return ApiError::business("iot.ota.DynamicJobExists", "the firmware has a dynamic job that is under way: cancel it first");
  upgrades.expire(call.now);
  options.selection = ota::Selection::dynamic;
  options.target_selection = "ALL";
  std::vector<DeviceIndex> devices;
  if (mode == 1) devices = known_now(call, *there, options.source_versions);
  const auto made = call.platform.devices().upgrade(
      {.firmware = there->firmware, .place = there->place, .devices = std::move(devices), .options = std::move(options)},
      {call.now, call.output});
  if (!made) return ApiError::of(made.error());
  write_created(call, *made);
  return std::nullopt;
}

}  // namespace fleetsim::platform
