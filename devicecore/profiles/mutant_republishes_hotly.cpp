// The reference, but that it sends a publish again every fifth of a second until the PUBACK is there.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_republishes_hotly_profile = {
    .name = "mutant-republishes-hotly",
    .summary = "reference, but it sends a publish again every 0.2 s",
    .session = {.publish_retry = std::chrono::milliseconds{200}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
