#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

/// What has not begun: of the devices that are named, of one job or of all jobs of the firmware.
ActionResult cancel_ota_task_by_device(ActionCall& call) {
  const auto there = firmware_of_product(call);
  if (!there) return there.error();
  const auto devices = devices_named(call, {.parameter = "DeviceName", .devices_max = upgrade_devices_named_max});
  if (!devices) return devices.error();
  const std::string_view job = call.in.optional("JobId");
  if (!job.empty()) {
    const auto known = upgrade_in_sight(call);
    if (!known) return known.error();
  }
  ota::Upgrades& upgrades = call.platform.upgrades();
  std::vector<std::size_t> waiting;
  for (const DeviceIndex device : *devices) {
    for (const std::size_t position : upgrades.open_tasks(device)) {
      const ota::Task& task = upgrades.task(position);
      const ota::Upgrade& upgrade = upgrades.at(task.upgrade);
      const bool is_meant = upgrade.firmware == there->firmware && upgrade.place == there->place && (job.empty() || upgrade.id == job);
      if (is_meant && task.state != ota::TaskState::in_progress) waiting.push_back(position);
    }
  }
  if (waiting.empty()) return ApiError::business("iot.ota.NoTaskToCancel", "none of the devices waits for that update");
  for (const std::size_t position : waiting) upgrades.cancel_task(position, call.now);
  return std::nullopt;
}

}  // namespace fleetsim::platform
