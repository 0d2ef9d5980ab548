#include <chrono>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

ActionResult query_ota_job(ActionCall& call) {
  const auto index = upgrade_in_sight(call);
  if (!index) return index.error();
  const ota::Upgrade& upgrade = call.platform.upgrades().at(*index);
  const ota::UpgradeOptions& options = upgrade.options;
  call.out.object("Data");
  write_upgrade(call, *index);
  call.out.member("DestVersion", call.platform.firmwares().at(upgrade.firmware).facts.version).member("DownloadProtocol", "HTTPS");
  call.out.member("NeedPush", options.push == ota::Push::told).member("NeedConfirm", false);
  call.out.member("OverwriteMode", options.overwrite == ota::Overwrite::replace ? 2 : 1);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(options.timeout).count();
  if (minutes > 0) call.out.member("TimeoutInMinutes", minutes);
  call.out.object("SrcVersions").array("SrcVersion");
  for (const std::string& version : options.source_versions) call.out.value(version);
  call.out.end().end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
