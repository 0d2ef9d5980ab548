// The reference, but that it knows no chains.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_flat_chain_profile = {
    .name = "mutant-tls-flat-chain",
    .summary = "reference, but it takes no certificate of an intermediate CA",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.knows_chains = false},
};

}  // namespace fleetsim::device
