// The reference, but that it never tells its version.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_never_informs_profile = {
    .name = "mutant-never-informs",
    .summary = "reference, but it never tells its firmware version",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.inform = VersionInform::never},
};

}  // namespace fleetsim::device
