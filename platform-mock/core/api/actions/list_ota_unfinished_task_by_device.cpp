#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

ActionResult list_ota_unfinished_task_by_device(ActionCall& call) {
  const std::string_view module = call.in.optional("ModuleName");
  const std::string_view status = call.in.optional("TaskStatus");
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  ota::Upgrades& upgrades = call.platform.upgrades();
  upgrades.expire(*device, call.now);
  call.out.object("Data").array("SimpleOTATaskInfo");
  for (const std::size_t position : upgrades.open_tasks(*device)) {
    const ota::Task& task = upgrades.task(position);
    const ota::Upgrade& upgrade = upgrades.at(task.upgrade);
    const bool is_module = module.empty() || call.platform.firmwares().at(upgrade.firmware).facts.module == module;
    if (upgrade.place.account != call.account || !is_module || (!status.empty() && ota::name_of(task.state) != status)) continue;
    call.out.item();
    write_task(call, position);
    call.out.end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
