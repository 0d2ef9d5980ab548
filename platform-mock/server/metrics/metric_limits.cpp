// Every limit and how often it was reached, and how full the bounded things are now.
#include "platform-mock/server/metrics/families.hpp"

namespace fleetsim::platform {

void add_limit_metrics(Families& families, Platform& platform) {
  Family limits = families.counter("fleetsim_limit_reached_total",
                                   "How often a limit was reached: something was refused, delayed or thrown away because of it.");
  for (std::size_t i = 0; i < limit_kinds; ++i)
    limits.add({{"limit", limit_names[i]}}, platform.counts().limits.of(static_cast<LimitKind>(i)));
  const Platform::Levels levels = platform.levels();
  families.gauge("fleetsim_open_calls", "Questions to devices that are not answered yet.")
      .add({}, static_cast<std::uint64_t>(levels.open_calls));
  families.gauge("fleetsim_open_answers", "Calls of the management API that wait for a device's answer.")
      .add({}, static_cast<std::uint64_t>(levels.open_answers));
  families.gauge("fleetsim_api_nonces", "Nonces of signed requests that are remembered.")
      .add({}, static_cast<std::uint64_t>(levels.api_nonces));
}

}  // namespace fleetsim::platform
