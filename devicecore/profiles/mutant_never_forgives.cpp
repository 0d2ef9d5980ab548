// The reference, but that once it had to wait, each later outage begins with the longest wait.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

/// What is drawn once tells whether there was an outage before: the draw of then is hardly that of now.
Duration wait_with_a_grudge(Backoff& backoff, const BackoffConfig& config, std::uint32_t random) {
  constexpr std::uint16_t lots = 0xfff0;
  const bool begins = backoff.attempts() == 0;
  const auto drawn_now = static_cast<std::uint16_t>((std::uint64_t{lots} * random) >> 32);
  const bool had_one_before = begins && backoff.lot(lots, random) != drawn_now;
  const Duration wait = backoff.next(config, random);
  return had_one_before ? config.cap : wait;
}

}  // namespace

const FirmwareProfile mutant_never_forgives_profile = {
    .name = "mutant-never-forgives",
    .summary = "reference, but after its first outage it starts at the cap",
    .retry = {.wait = &wait_with_a_grudge},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
