// The reference, but that it skips what it cannot verify because an intermediate is missing.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_absent_issuer_profile = {
    .name = "mutant-tls-absent-issuer",
    .summary = "reference, but it takes a certificate whose issuer it would have to fetch",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::absent_issuer},
};

}  // namespace fleetsim::device
