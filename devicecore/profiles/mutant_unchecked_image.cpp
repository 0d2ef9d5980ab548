// The reference, but that it installs an image whatever its digest.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_unchecked_image_profile = {
    .name = "mutant-unchecked-image",
    .summary = "reference, but it installs an image that is another one than offered",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.checks_digest = false},
};

}  // namespace fleetsim::device
