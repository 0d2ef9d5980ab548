// The reference, but that it signs a timestamp that it does not send: nobody can check such a signature.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

void put_extras_without_time(TextWriter& text, const LoginExtras& extras) {
  text.put("_ss=1,_v=").put(extras.config.firmware_version).put(",securemode=").put(extras.config.mqtt_tls ? '2' : '3');
  text.put(",signmethod=").put(extras.sign_method).put(",ext=3");
}

}  // namespace

const FirmwareProfile mutant_unsaid_timestamp_profile = {
    .name = "mutant-unsaid-timestamp",
    .summary = "reference, but it signs a timestamp that it does not send",
    .login = {.put_extras = &put_extras_without_time},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
