// The reference, but that any certificate of its CA may issue others.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_leaf_issuer_profile = {
    .name = "mutant-tls-leaf-issuer",
    .summary = "reference, but it takes a certificate that a server's certificate signed",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::leaf_issuer},
};

}  // namespace fleetsim::device
