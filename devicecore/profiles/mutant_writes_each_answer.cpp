// The reference, but that it writes what the bootstrap answers into its flash, also when that says so already.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_writes_each_answer_profile = {
    .name = "mutant-writes-each-answer",
    .summary = "reference, but each answer of the bootstrap is written to flash",
    .bootstrap = {.writes = EndpointWrites::each_answer},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
