// The reference, but that it tells its version after the first connect only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_informs_once_profile = {
    .name = "mutant-informs-once",
    .summary = "reference, but it tells its firmware version once",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.inform = VersionInform::first_only},
};

}  // namespace fleetsim::device
