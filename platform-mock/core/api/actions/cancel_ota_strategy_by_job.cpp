#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

/// A dynamic job takes no more devices; what it has begun goes on.
ActionResult cancel_ota_strategy_by_job(ActionCall& call) {
  const auto index = upgrade_in_sight(call);
  if (!index) return index.error();
  if (call.platform.upgrades().at(*index).options.selection != ota::Selection::dynamic)
    return ApiError::business("iot.system.IllegalRequest", "the job is none that goes on taking devices");
  call.platform.upgrades().end_selection(*index);
  return std::nullopt;
}

}  // namespace fleetsim::platform
