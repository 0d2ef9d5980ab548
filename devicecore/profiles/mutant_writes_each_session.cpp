// The reference, but that it writes its endpoint into its flash whenever it is accepted there.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_writes_each_session_profile = {
    .name = "mutant-writes-each-session",
    .summary = "reference, but each session is written to flash",
    .bootstrap = {.writes = EndpointWrites::each_session},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
