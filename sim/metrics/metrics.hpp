// What a run measures. Each shard has a Metrics of its own, found by (metric, tags) once and then touched without look-up or lock;
// the controller merges them. Tags are group, region, leg and profile: never a device id.
//
//   SeriesId series = metrics.series(Metric::move_seconds, {.group = 0, .region = 2, .leg = LegTag::none});   // set-up: may allocate
//   metrics.record(series, scheduled_us, actual_us);                                                       // hot: allocates nothing
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/histogram.hpp"

namespace fleetsim::sim {

/// Trends are in seconds outside, microseconds inside. Counters also give a rate: `<name>_per_second`.
enum class Metric : std::uint8_t {
  // trends
  move_seconds,            // notify received -> connected at the new instance
  bootstrap_seconds,       // request wanted -> answer read
  connect_seconds,         // link wanted -> CONNACK 0
  publish_ack_seconds,     // QoS 1 publish -> PUBACK
  property_reply_seconds,  // property post -> post_reply
  notify_seconds,          // job created -> the device's reply to the notify is at the platform
  // counters
  connects,
  connect_failures,
  connects_refused,
  bootstraps,
  bootstrap_failures,
  moves,
  notifies,
  publishes,
  publish_acks,
  messages_received,
  disconnects,
  retries,
  late_arrivals,
  late_publishes,
  dropped_arrivals,
  dropped_publishes,
  upgrades,
  upgrade_failures,
  registrations,
  misbehaviours,  // of the platform, on demand; those that are about no device count in the first group
};
inline constexpr std::size_t metric_count = static_cast<std::size_t>(Metric::misbehaviours) + 1;
std::string_view metric_name(Metric metric);
bool metric_is_trend(Metric metric);
/// Nothing for a name that is none.
std::optional<Metric> find_metric(std::string_view name);

enum class LegTag : std::uint8_t { none, bootstrap, mqtt };
/// "" for none.
std::string_view leg_name(LegTag leg);

struct Tags {
  std::uint16_t group = 0;   // index into the run's groups
  std::uint16_t region = 0;  // index into the run's region names; 0 is "" (unknown)
  LegTag leg = LegTag::none;
  std::uint16_t profile = 0;  // index into the run's profile names
  friend auto operator<=>(const Tags&, const Tags&) = default;
};

/// Names behind the indexes of Tags.
struct TagNames {
  std::vector<std::string> groups;
  std::vector<std::string> regions;
  std::vector<std::string> profiles;
};
/// One of them; nothing for an index that has none.
inline std::string_view name_at(const std::vector<std::string>& names, std::uint16_t index) {
  return index < names.size() ? std::string_view{names[index]} : std::string_view{};
}

struct SeriesId {
  std::uint32_t value = 0;
};

struct Series {
  Metric metric{};
  Tags tags;
  std::uint64_t count = 0;                     // counters
  std::uint64_t first_us = ~std::uint64_t{0};  // counters: of the first and the last that was counted with its moment
  std::uint64_t last_us = 0;
  Histogram latency;              // trends: from the scheduled moment
  Histogram latency_uncorrected;  // trends: from when it really began

  /// Another series of the same metric, in whatever tags they differ.
  void absorb(const Series& other);
};

/// Events a second, from the first of them to the last; over all of `elapsed_seconds` when their moments are not known, or are one.
double rate_per_second(const Series& series, double elapsed_seconds);

/// The same of a counter without tags, unless it was measured in a way of its own: `measured` by name ("moves_per_second").
double rate_per_second(const Series& total, double elapsed_seconds, const std::map<std::string, double>& measured);

class Metrics {
 public:
  /// Finds or makes the series; a trend's room is made here, so that recording allocates nothing.
  SeriesId series(Metric metric, const Tags& tags);
  void add(SeriesId series, std::uint64_t count = 1) { all_[series.value].count += count; }
  void add_at(SeriesId series, std::uint64_t now_us) {
    Series& one = all_[series.value];
    ++one.count;
    if (now_us < one.first_us) one.first_us = now_us;
    if (now_us > one.last_us) one.last_us = now_us;
  }
  void record(SeriesId series, std::uint64_t from_schedule_us, std::uint64_t from_begin_us) {
    all_[series.value].latency.record(from_schedule_us);
    all_[series.value].latency_uncorrected.record(from_begin_us);
  }
  void merge(const Metrics& other);
  const std::vector<Series>& all() const { return all_; }
  /// Over all tags.
  Series total(Metric metric) const;
  /// Over all tags but the profile, an index into the run's profile names.
  Series total_of_profile(Metric metric, std::uint16_t profile) const;

 private:
  template <class Wanted>
  Series sum_of(Metric metric, Wanted wanted) const;

  std::vector<Series> all_;
};

}  // namespace fleetsim::sim
