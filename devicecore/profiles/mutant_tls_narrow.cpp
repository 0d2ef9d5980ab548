// The reference, but that it has room for a handshake's record of 4 KB.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_narrow_profile = {
    .name = "mutant-tls-narrow",
    .summary = "reference, but a record of more than 4 KB in a handshake is too long for it",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.record_room = 4096},
};

}  // namespace fleetsim::device
