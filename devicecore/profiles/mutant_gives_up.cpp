// The reference, but that after a dozen failures it waits for somebody to switch it off and on.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

constexpr std::uint8_t failures_borne = 12;

Duration wait_a_dozen_times(Backoff& backoff, const BackoffConfig& config, std::uint32_t random) {
  return backoff.attempts() >= failures_borne ? Duration{std::chrono::hours{5000}} : backoff.next(config, random);
}

}  // namespace

const FirmwareProfile mutant_gives_up_profile = {
    .name = "mutant-gives-up",
    .summary = "reference, but it gives up after 12 failures",
    .retry = {.wait = &wait_a_dozen_times},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
