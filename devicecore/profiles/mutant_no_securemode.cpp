// The reference, but that it does not say in its client id how its link is secured.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

void put_extras_without_mode(TextWriter& text, const LoginExtras& extras) {
  text.put("timestamp=").put(extras.timestamp).put(",_ss=1,_v=").put(extras.config.firmware_version);
  text.put(",signmethod=").put(extras.sign_method).put(",ext=3");
}

}  // namespace

const FirmwareProfile mutant_no_securemode_profile = {
    .name = "mutant-no-securemode",
    .summary = "reference, but its client id names no securemode",
    .login = {.put_extras = &put_extras_without_mode},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
