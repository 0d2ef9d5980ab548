// The reference, but that it closes without close_notify.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_no_goodbye_profile = {
    .name = "mutant-tls-no-goodbye",
    .summary = "reference, but it closes a TLS session without a word",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.says_goodbye = false},
};

}  // namespace fleetsim::device
