// The reference, but that it verifies the first certificate of each leg only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_verifies_once_profile = {
    .name = "mutant-tls-verifies-once",
    .summary = "reference, but it takes any certificate after the first one of a leg",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::everything, .where = Overlooking::after_the_first},
};

}  // namespace fleetsim::device
