// The reference, but that it offers suites of another time.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_weak_suites_profile = {
    .name = "mutant-tls-weak-suites",
    .summary = "reference, but it offers 3DES",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.offer = TlsOffer::weak_suites},
};

}  // namespace fleetsim::device
