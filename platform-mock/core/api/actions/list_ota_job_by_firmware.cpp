#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

ActionResult list_ota_job_by_firmware(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const auto firmware = firmware_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!firmware) return firmware.error();
  ota::Upgrades& upgrades = call.platform.upgrades();
  upgrades.expire(call.now);
  std::vector<ota::UpgradeIndex> jobs;
  for (std::size_t i = 0; i < upgrades.count(); ++i) {
    const ota::UpgradeIndex index{static_cast<std::uint32_t>(i)};
    if (upgrades.at(index).firmware == *firmware && upgrades.at(index).place.account == call.account) jobs.push_back(index);
  }
  write_upgrades(call, std::move(jobs), page);
  return std::nullopt;
}

}  // namespace fleetsim::platform
