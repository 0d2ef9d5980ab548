// The reference, but that an answer of the bootstrap endpoint must come within 3 s.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
const FirmwareProfile mutant_impatient_bootstrap_profile = {
    .name = "mutant-impatient-bootstrap",
    .summary = "reference, but it waits 3 s only for a bootstrap answer",
    .bootstrap = {.answer_timeout = std::chrono::seconds{3}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
