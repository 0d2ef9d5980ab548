#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/firmware_view.hpp"

namespace fleetsim::platform {

ActionResult query_ota_firmware(ActionCall& call) {
  const auto index = firmware_in_sight(call);
  if (!index) return index.error();
  call.platform.upgrades().expire(call.now);
  call.out.object("FirmwareInfo");
  write_firmware(call, *index);
  call.out.member("FirmwareUrl", call.platform.firmwares().at(*index).facts.url);
  call.out.member("VerifyProgress", verification_progress(call, *index)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
