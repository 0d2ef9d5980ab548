#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/api/firmware_view.hpp"
#include "platform-mock/core/api/group_access.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

/// "33.33": percent of the devices, 0.01 to 100.
std::optional<double> percent_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !(value >= 0.01 && value <= 100)) return std::nullopt;
  return value;
}

Result<std::vector<DeviceIndex>, ApiError> targets_of(ActionCall& call, const FirmwareThere& there) {
  const ProductIndex product = call.platform.firmwares().at(there.firmware).product;
  const std::string_view selection = call.in.optional("TargetSelection");
  const auto of_product = call.registry().devices_of(product);
  if (selection == "SPECIFIC") return devices_named(call, {.parameter = "TargetDeviceName", .devices_max = upgrade_devices_named_max});
  if (selection == "ALL") return residing_at(call, {of_product.begin(), of_product.end()}, there.place);
  if (selection == "GRAY") {
    auto devices = residing_at(call, {of_product.begin(), of_product.end()}, there.place);
    const auto percent = percent_in(call.in.optional("GrayPercent"));
    if (!percent) return fail(ApiError::business("iot.check.InvalidFormattedParameter", "\"GrayPercent\" must be 0.01 to 100"));
    devices.resize(static_cast<std::size_t>(std::ceil(static_cast<double>(devices.size()) * *percent / 100)));
    return devices;
  }
  if (selection == "GROUP") {
    const auto group = group_in_sight(call);
    if (!group) return fail(group.error());
    auto devices = devices_in(call, **group);
    std::erase_if(devices, [&](DeviceIndex device) { return call.registry().device(device).product != product; });
    return devices;
  }
  return fail(ApiError::business("iot.check.InvalidFormattedParameter", "\"TargetSelection\" must be ALL, SPECIFIC, GRAY or GROUP"));
}

}  // namespace

/// Devices that run the version already are left out, and with SrcVersion.N those that run none of these.
ActionResult create_ota_static_upgrade_job(ActionCall& call) {
  const std::string_view selection = call.in.required("TargetSelection");
  ota::UpgradeOptions options = upgrade_options(call);
  const auto there = firmware_of_product(call);
  if (call.in.failed()) return call.in.error();
  if (!there) return there.error();
  const ota::Firmware& firmware = call.platform.firmwares().at(there->firmware);
  if (auto problem = problem_with_verification(firmware)) return problem;
  auto devices = targets_of(call, *there);
  if (!devices) return devices.error();
  std::erase_if(*devices, [&](DeviceIndex device) {
    const std::string_view version = version_of(call, device, firmware.facts.module);
    const std::vector<std::string>& sources = options.source_versions;
    return version == firmware.facts.version || (!sources.empty() && std::find(sources.begin(), sources.end(), version) == sources.end());
  });
  if (devices->empty())
    return ApiError::business("iot.ota.NoDeviceToUpgrade", "no device is left: they run that version, or none of \"SrcVersion\"");
  options.target_selection = selection;
  call.platform.upgrades().expire(call.now);
  const auto made = call.platform.devices().upgrade(
      {.firmware = there->firmware, .place = there->place, .devices = std::move(*devices), .options = std::move(options)},
      {call.now, call.output});
  if (!made) return ApiError::of(made.error());
  write_created(call, *made);
  return std::nullopt;
}

}  // namespace fleetsim::platform
