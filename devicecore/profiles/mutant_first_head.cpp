// The reference, but that it takes the first head for the answer's, 100 Continue or not.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_first_head_profile = {
    .name = "mutant-first-head",
    .summary = "reference, but 100 Continue is an answer to it",
    .bootstrap = {.http = HttpDialect::first_head},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
