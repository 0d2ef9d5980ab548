#include "sim/world/weather_feed.hpp"

namespace fleetsim::sim {

using device::EventKind;

void WeatherFeed::on_report(const DeviceCell& cell, const device::Event& event, Instant now) {
  GapTable& gaps = recorder_.gaps();
  if (event.kind == EventKind::bootstrap_started || event.kind == EventKind::connect_started) {
    // Whichever it tries: it has waited long enough. A device that gives up on its endpoint bootstraps before it connects again.
    for (const RetryLeg leg : {RetryLeg::bootstrap, RetryLeg::connect}) gaps.began(who(cell, leg), now);
  } else if (event.kind == EventKind::bootstrap_answered) {
    count(WeatherKind::bootstraps, cell, now);
    gaps.succeeded(who(cell, RetryLeg::bootstrap));
    gaps.may_begin(who(cell, RetryLeg::connect), now);
  } else if (event.kind == EventKind::bootstrap_failed) {
    count(WeatherKind::bootstrap_failures, cell, now);
    gaps.failed(who(cell, RetryLeg::bootstrap), now);
  } else if (event.kind == EventKind::connected) {
    count(WeatherKind::connects, cell, now);
    gaps.succeeded(who(cell, RetryLeg::connect));
  } else if (event.kind == EventKind::connect_failed || event.kind == EventKind::connect_refused) {
    if (event.kind == EventKind::connect_refused) count(WeatherKind::connects_refused, cell, now);
    count(WeatherKind::connect_failures, cell, now);
    gaps.failed(who(cell, RetryLeg::connect), now);
  } else if (event.kind == EventKind::connection_lost) {
    gaps.failed(who(cell, RetryLeg::connect), now);
  }
}

void WeatherFeed::powered_off(const DeviceCell& cell) {
  for (const RetryLeg leg : {RetryLeg::bootstrap, RetryLeg::connect}) recorder_.gaps().forget_wait(who(cell, leg));
}

}  // namespace fleetsim::sim
