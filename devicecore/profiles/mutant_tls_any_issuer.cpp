// The reference, but that it takes a certificate whoever issued it.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_any_issuer_profile = {
    .name = "mutant-tls-any-issuer",
    .summary = "reference, but it takes a certificate of an unknown CA",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::unknown_issuer},
};

}  // namespace fleetsim::device
