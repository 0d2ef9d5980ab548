// The reference, but that it would do with TLS 1.0.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_old_too_profile = {
    .name = "mutant-tls-old-too",
    .summary = "reference, but it takes a server of TLS 1.1",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.offer = TlsOffer::old_too},
};

}  // namespace fleetsim::device
