// The reference, but that it breaks a handshake off without an alert.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_no_alert_profile = {
    .name = "mutant-tls-no-alert",
    .summary = "reference, but it breaks a handshake off without a word",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.says_why = false},
};

}  // namespace fleetsim::device
