// The reference, but that it names no host in its hello.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_no_name_profile = {
    .name = "mutant-tls-no-name",
    .summary = "reference, but its hello has no server_name",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.names_host = false},
};

}  // namespace fleetsim::device
