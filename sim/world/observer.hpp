// Turns what devices report into metrics, counters, spans and events. One per shard, touched by its thread only; the counters are atomics
// that the controller reads.
//
//   observer.on_report(cell, event, now);      // every Report of a device
//   observer.flush_events();                   // now and then
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/device_cell.hpp"
#include "sim/world/exhausted.hpp"
#include "sim/world/shard.hpp"
#include "sim/world/weather_feed.hpp"

namespace fleetsim::sim {

/// What begins later than this after its moment counts as late; a turn of a busy loop is shorter.
inline constexpr Duration late_after = std::chrono::milliseconds{10};

class Observer {
 public:
  static constexpr std::size_t events_per_batch = 512;

  Observer(const RunRuntime& runtime, ShardCounters& counters, const WeatherOptions& weather = {});

  /// Also keeps the cell's own story: online, region, endpoint, last failure.
  void on_report(DeviceCell& cell, const device::Event& event, Instant now);
  /// A failure that only the shell saw (TLS, names), for the event stream.
  void on_link_detail(const DeviceCell& cell, device::Leg leg, std::string_view detail, Instant now);
  /// Its MQTT link is gone; the device itself may hear of it later.
  void went_offline(DeviceCell& cell, Instant now);
  /// The device is off, whatever it was doing.
  void on_power_off(DeviceCell& cell, Instant now);

  void published(const DeviceCell& cell, Instant now);
  void acknowledged(const DeviceCell& cell, const Flight& flight, Instant now);
  void property_replied(const DeviceCell& cell, const Flight& flight, Instant now);
  void commands_done(std::uint32_t count) { counters_.commands_pending.fetch_sub(count, std::memory_order_relaxed); }
  /// Ordered publishes that will never be made. The first reason is kept.
  void commands_failed(const DeviceCell& cell, std::uint32_t count, std::string_view why);
  /// The device can never carry its group's load.
  void load_refused(const DeviceCell& cell, std::string_view why);
  void powered_on(const DeviceCell& cell, Instant now) {
    ++groups_[cell.group].powered_on;
    weather_.arrived(cell, now);
    counters_.powered_on.fetch_add(1, std::memory_order_relaxed);
  }
  void powered_off(std::uint16_t group) {
    --groups_[group].powered_on;
    counters_.powered_on.fetch_sub(1, std::memory_order_relaxed);
  }
  /// Of an open model.
  void arrival() { ++report_.arrivals; }
  void late_arrival(std::uint16_t group);
  void paced_publish() { ++report_.paced_publishes; }
  void late_publish(std::uint16_t group);
  void dropped_arrival(std::uint16_t group);
  void dropped_publish(std::uint16_t group);
  void refused_report(std::string what, std::uint32_t count);
  /// Behind a gateway.
  void sub_device_online(std::uint16_t group);
  /// It was online at another endpoint before; `first`: it had not moved yet.
  void sub_device_moved(std::uint16_t group, bool first);
  void exhausted(Exhausted what);
  void loop_lag(std::chrono::microseconds lateness, std::chrono::microseconds tick_interval) {
    report_.loop_lag.record_missed(static_cast<std::uint64_t>(lateness.count()), static_cast<std::uint64_t>(tick_interval.count()));
  }

  std::uint64_t online_in_group(std::uint16_t group) const { return groups_[group].online; }
  std::uint64_t powered_on_in_group(std::uint16_t group) const { return groups_[group].powered_on; }
  std::uint64_t moved_in_group(std::uint16_t group) const { return groups_[group].moves; }
  /// Devices that have moved at all.
  std::uint64_t movers_in_group(std::uint16_t group) const { return groups_[group].movers; }
  /// Without failures and CPU time: those are the shard's to add.
  const ShardReport& report() const { return report_; }
  /// Classifies how devices wait: for the end of a run.
  Weather weather() const { return weather_.report(); }
  void flush_events();

  static std::string name_of(const DeviceCell& cell);

 private:
  struct Group {
    std::uint64_t online = 0;
    std::uint64_t powered_on = 0;
    std::uint64_t moves = 0;
    std::uint64_t movers = 0;
    std::uint16_t profile = 0;
    std::vector<std::array<std::uint32_t, metric_count>> series;  // by region; no_series until first used
  };
  static constexpr std::uint32_t no_series = ~std::uint32_t{0};

  /// To the weather and the event stream, when the cell knows of it.
  void pass_on(const DeviceCell& cell, const device::Event& event, Instant now);
  void firmware_went_on(DeviceCell& cell, const device::Event& event, Instant now);
  void notified(DeviceCell& cell, Instant now);
  void try_failed(DeviceCell& cell, const device::Event& event, Instant now);
  void connected(DeviceCell& cell, Instant now);
  void note_failure(DeviceCell& cell, const device::Event& event);
  void moved(DeviceCell& cell, Instant now);
  void emit(const DeviceCell& cell, const device::Event& event, Instant now);
  RunEvent event_of(const DeviceCell& cell, std::string_view kind, Instant now) const;
  void keep(RunEvent&& line);
  std::uint16_t region_of(std::string_view host, std::uint16_t port) const;
  SeriesId series(Metric metric, std::uint16_t group, std::uint16_t region);
  void count(Metric metric, const DeviceCell& cell, Instant now) {
    report_.metrics.add_at(series(metric, cell.group, cell.region), static_cast<std::uint64_t>(now.time_since_epoch().count()));
  }
  void record(Metric metric, const DeviceCell& cell, Instant due, Instant begun, Instant now);

  const RunRuntime& runtime_;
  ShardCounters& counters_;
  ShardReport report_;
  std::vector<Group> groups_;
  std::vector<RunEvent> events_;
  WeatherFeed weather_;
};

}  // namespace fleetsim::sim
