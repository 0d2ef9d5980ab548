// The reference, but that it waits a tenth of a second whatever has happened: the hot loop that a fleet's operators fear.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

Duration wait_hardly(Backoff&, const BackoffConfig&, std::uint32_t) { return std::chrono::milliseconds{100}; }

}  // namespace

const FirmwareProfile mutant_hot_loop_profile = {
    .name = "mutant-hot-loop",
    .summary = "reference, but it tries again after 0.1 s, always",
    .retry = {.wait = &wait_hardly},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
