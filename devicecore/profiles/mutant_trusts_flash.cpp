// The reference, but that it believes what its flash holds, whatever the checksum says.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_trusts_flash_profile = {
    .name = "mutant-trusts-flash",
    .summary = "reference, but a spoilt record in flash is as good as a whole one",
    .bootstrap = {.checks_record = false},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
