// The reference, but that it waits for an answer of the bootstrap endpoint as long as the link is there.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
const FirmwareProfile mutant_waits_for_answer_profile = {
    .name = "mutant-waits-for-answer",
    .summary = "reference, but it waits a day for a bootstrap answer",
    .bootstrap = {.answer_timeout = std::chrono::hours{24}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
