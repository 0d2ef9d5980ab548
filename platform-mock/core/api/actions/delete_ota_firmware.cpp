#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"
#include "platform-mock/core/files/firmware_files.hpp"

namespace fleetsim::platform {

/// Not while a device may still fetch it.
ActionResult delete_ota_firmware(ActionCall& call) {
  const auto index = firmware_in_sight(call);
  if (!index) return index.error();
  ota::Upgrades& upgrades = call.platform.upgrades();
  upgrades.expire(call.now);
  if (upgrades.is_in_use(*index))
    return ApiError::business("iot.ota.FirmwareInUse", "devices are being updated with it: cancel that first");
  const std::string file = call.platform.firmwares().at(*index).facts.file;
  call.platform.firmwares().remove(*index);
  if (!file.empty()) call.platform.firmware_files().uploads().release(file);
  return std::nullopt;
}

}  // namespace fleetsim::platform
