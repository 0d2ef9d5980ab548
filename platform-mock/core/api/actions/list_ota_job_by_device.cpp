#include <algorithm>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

/// Jobs of a firmware that the device has a task in.
ActionResult list_ota_job_by_device(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const auto device = device_in_sight(call);
  const auto firmware = firmware_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (!firmware) return firmware.error();
  ota::Upgrades& upgrades = call.platform.upgrades();
  upgrades.expire(call.now);
  std::vector<ota::UpgradeIndex> jobs;
  for (std::size_t i = 0; i < upgrades.count(); ++i) {
    const ota::UpgradeIndex index{static_cast<std::uint32_t>(i)};
    const ota::Upgrade& upgrade = upgrades.at(index);
    const bool has_device =
        std::any_of(upgrade.tasks.begin(), upgrade.tasks.end(), [&](std::size_t at) { return upgrades.task(at).device == *device; });
    if (upgrade.firmware == *firmware && upgrade.place.account == call.account && has_device) jobs.push_back(index);
  }
  write_upgrades(call, std::move(jobs), page);
  return std::nullopt;
}

}  // namespace fleetsim::platform
