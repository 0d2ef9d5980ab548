// The reference, but that it boots anew when it is told to move, and what it had published without a PUBACK is gone.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_reboots_on_notify_profile = {
    .name = "mutant-reboots-on-notify",
    .summary = "reference, but a notify makes it boot anew and forget what it was publishing",
    .notify = {.then = AfterNotify::forget_and_reboot, .obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
