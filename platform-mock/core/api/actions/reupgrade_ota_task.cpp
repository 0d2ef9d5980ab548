#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t tasks_max = 10;

}  // namespace

/// Once more for devices whose update failed or was cancelled. Those that may not are left out; if that leaves none, it is refused.
ActionResult reupgrade_ota_task(ActionCall& call) {
  const std::vector<std::string_view> ids = call.in.list("TaskId");
  const auto index = upgrade_in_sight(call);
  if (!index) return index.error();
  if (ids.empty() || ids.size() > tasks_max)
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"TaskId\" must name 1 to 10 tasks");
  std::vector<std::size_t> tasks;
  for (const std::string_view id : ids) {
    const auto task = task_of_id(call.platform.upgrades().at(*index), id);
    if (!task) return ApiError::business("iot.ota.TaskNotExist", "the job has no task \"" + std::string{id} + "\"");
    tasks.push_back(*task);
  }
  std::size_t begun = 0;
  for (const std::size_t task : tasks)
    if (call.platform.devices().retry_upgrade(task, {call.now, call.output})) ++begun;
  if (begun == 0) return ApiError::business("iot.ota.TaskNotRetriable", "none of them has failed, or another update of the device waits");
  return std::nullopt;
}

}  // namespace fleetsim::platform
