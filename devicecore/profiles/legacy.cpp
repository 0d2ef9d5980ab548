// A firmware from before device distribution: it knows the endpoint it was built with and nothing else. A notify is to it a message
// like any other. The platform's page says what becomes of it: it cannot connect any more once it was distributed. Its next release can
// be distributed, and it can be upgraded to it over the air, as long as it is where it can still connect.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile legacy_profile = {
    .name = "legacy",
    .summary = "cannot bootstrap: uses the endpoint burned into it for ever; upgraded over the air it becomes reference",
    .can_bootstrap = false,
    .sub_devices_max = 0,
    .successor = &reference_profile,
};

}  // namespace fleetsim::device
