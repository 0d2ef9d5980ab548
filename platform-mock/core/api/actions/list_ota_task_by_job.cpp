#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

ActionResult list_ota_task_by_job(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const std::string_view status = call.in.optional("TaskStatus");
  const std::vector<std::string_view> names = call.in.list("DeviceNames");
  const auto index = upgrade_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!index) return index.error();
  const ota::Upgrades& upgrades = call.platform.upgrades();
  std::vector<std::size_t> tasks;
  for (const std::size_t position : upgrades.at(*index).tasks) {
    const ota::Task& task = upgrades.task(position);
    const bool is_named = names.empty() || std::find(names.begin(), names.end(), call.registry().device(task.device).name) != names.end();
    if (is_named && (status.empty() || ota::name_of(task.state) == status)) tasks.push_back(position);
  }
  call.out.object("Data").array("SimpleOTATaskInfo");
  for (std::size_t i = page.first(); i < std::min(tasks.size(), page.first() + page.size); ++i) {
    call.out.item();
    write_task(call, tasks[i]);
    call.out.end();
  }
  call.out.end().end().member("Total", tasks.size()).member("CurrentPage", page.number);
  call.out.member("PageCount", pages_of(tasks.size(), page.size)).member("PageSize", page.size);
  return std::nullopt;
}

}  // namespace fleetsim::platform
