// The reference, but that a wildcard stands for as many labels as there are.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_wide_wildcard_profile = {
    .name = "mutant-tls-wide-wildcard",
    .summary = "reference, but it takes *.example.com for a.b.example.com",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::wide_wildcard},
};

}  // namespace fleetsim::device
