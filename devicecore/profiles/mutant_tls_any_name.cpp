// The reference, but that it takes a certificate for any host.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_any_name_profile = {
    .name = "mutant-tls-any-name",
    .summary = "reference, but it takes a certificate for another host",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::wrong_name},
};

}  // namespace fleetsim::device
