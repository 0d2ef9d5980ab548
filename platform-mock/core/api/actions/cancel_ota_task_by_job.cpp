#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

/// Tasks in the states that the caller names.
ActionResult cancel_ota_task_by_job(ActionCall& call) {
  const bool queued = call.in.flag("CancelQueuedTask", false);
  const bool notified = call.in.flag("CancelNotifiedTask", false);
  const bool in_progress = call.in.flag("CancelInProgressTask", false);
  // Of these there is none: no job waits for its time here, or for somebody to say yes.
  call.in.flag("CancelScheduledTask", false);
  call.in.flag("CancelUnconfirmedTask", false);
  const auto index = upgrade_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!index) return index.error();
  ota::Upgrades& upgrades = call.platform.upgrades();
  for (const std::size_t position : upgrades.at(*index).tasks) {
    const ota::TaskState state = upgrades.task(position).state;
    const bool is_named = (state == ota::TaskState::queued && queued) || (state == ota::TaskState::notified && notified) ||
                          (state == ota::TaskState::in_progress && in_progress);
    if (is_named) upgrades.cancel_task(position, call.now);
  }
  return std::nullopt;
}

}  // namespace fleetsim::platform
