// The reference, but that it takes a certificate whose time has not come.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_future_profile = {
    .name = "mutant-tls-future",
    .summary = "reference, but it takes a certificate that is not valid yet",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::not_yet_valid},
};

}  // namespace fleetsim::device
