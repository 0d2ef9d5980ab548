// What the weather wants to know of what devices report: which events count as what, and where a wait between two tries begins and ends.
// A member of the observer, so one per shard.
//
//   feed.on_report(cell, event, now);      // every Report of a device, when its region is known
#pragma once

#include "devicecore/device_event.hpp"
#include "sim/weather/weather_recorder.hpp"
#include "sim/world/device_cell.hpp"

namespace fleetsim::sim {

class WeatherFeed {
 public:
  WeatherFeed(const WeatherOptions& options, const WeatherSize& size) : recorder_(options, size) {}

  void on_report(const DeviceCell& cell, const device::Event& event, Instant now);
  void arrived(const DeviceCell& cell, Instant now) { count(WeatherKind::arrivals, cell, now); }
  void moved(const DeviceCell& cell, Instant now) { count(WeatherKind::moves, cell, now); }
  /// It was online.
  void went_offline(const DeviceCell& cell, Instant now) { count(WeatherKind::disconnects, cell, now); }
  /// The wait that it was in is nobody's.
  void powered_off(const DeviceCell& cell);

  Weather report() const { return recorder_.report(); }

 private:
  static WeatherPlace place_of(const DeviceCell& cell) { return {.region = cell.region, .group = cell.group}; }
  static GapTable::Who who(const DeviceCell& cell, RetryLeg leg) { return {.device = cell.position, .group = cell.group, .leg = leg}; }
  void count(WeatherKind kind, const DeviceCell& cell, Instant now) { recorder_.count(kind, now, place_of(cell)); }

  WeatherRecorder recorder_;
};

}  // namespace fleetsim::sim
