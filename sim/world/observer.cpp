#include "sim/world/observer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/world/failure_text.hpp"

namespace fleetsim::sim {

using device::Event;
using device::EventKind;
using device::Leg;

namespace {

std::uint64_t endpoint_hash(std::string_view host, std::uint16_t port) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : host) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  hash = (hash ^ port) * 0x100000001b3U;
  return hash == 0 ? 1 : hash;
}

LegTag leg_of(Metric metric) {
  switch (metric) {
    case Metric::bootstrap_seconds:
    case Metric::bootstraps:
    case Metric::bootstrap_failures:
      return LegTag::bootstrap;
    case Metric::connect_seconds:
    case Metric::publish_ack_seconds:
    case Metric::property_reply_seconds:
    case Metric::connects:
    case Metric::connect_failures:
    case Metric::connects_refused:
    case Metric::notifies:
    case Metric::publishes:
    case Metric::publish_acks:
    case Metric::messages_received:
    case Metric::disconnects:
      return LegTag::mqtt;
    case Metric::move_seconds:
    case Metric::notify_seconds:
    case Metric::moves:
    case Metric::retries:
    case Metric::late_arrivals:
    case Metric::late_publishes:
    case Metric::dropped_arrivals:
    case Metric::dropped_publishes:
    case Metric::upgrades:
    case Metric::upgrade_failures:
    case Metric::registrations:
    case Metric::misbehaviours:
      return LegTag::none;
  }
  return LegTag::none;
}

std::uint64_t microseconds_between(Instant from, Instant to) { return to > from ? static_cast<std::uint64_t>((to - from).count()) : 0; }

}  // namespace

Observer::Observer(const RunRuntime& runtime, ShardCounters& counters, const WeatherOptions& weather)
    : runtime_(runtime),
      counters_(counters),
      weather_(weather, {.groups = runtime.scenario->groups.size(), .regions = runtime.tag_names.regions.size()}) {
  const std::vector<std::string>& profiles = runtime.tag_names.profiles;
  for (const FleetGroup& group : runtime.scenario->groups) {
    const auto found = std::find(profiles.begin(), profiles.end(), group.profile);
    Group mine;
    mine.profile = found == profiles.end() ? std::uint16_t{0} : static_cast<std::uint16_t>(found - profiles.begin());
    std::array<std::uint32_t, metric_count> none{};
    none.fill(no_series);
    mine.series.assign(std::max<std::size_t>(runtime.tag_names.regions.size(), 1), none);
    groups_.push_back(std::move(mine));
  }
}

void Observer::on_report(DeviceCell& cell, const Event& event, Instant now) {
  switch (event.kind) {
    case EventKind::bootstrap_answered:
      cell.region = region_of(event.host, event.port);
      count(Metric::bootstraps, cell, now);
      record(Metric::bootstrap_seconds, cell, cell.link(Leg::bootstrap).wanted_at, cell.link(Leg::bootstrap).began_at, now);
      break;
    case EventKind::bootstrap_failed:
    case EventKind::connect_refused:
    case EventKind::connect_failed:
      try_failed(cell, event, now);
      break;
    case EventKind::connect_started:
      cell.region = region_of(event.host, event.port);
      cell.connecting_to = endpoint_hash(event.host, event.port);
      break;
    case EventKind::connected:
      connected(cell, now);
      break;
    case EventKind::connection_lost:
      note_failure(cell, event);
      [[fallthrough]];
    case EventKind::disconnected:
      count(Metric::disconnects, cell, now);
      [[fallthrough]];
    case EventKind::powered_off:
      went_offline(cell, now);
      break;
    case EventKind::notified:
      notified(cell, now);
      break;
    case EventKind::message_received:
    case EventKind::property_set:
    case EventKind::config_pushed:
      count(Metric::messages_received, cell, now);
      break;
    case EventKind::publish_rejected:
      if (event.failure == device::Failure::too_large || event.failure == device::Failure::message_malformed) note_failure(cell, event);
      break;
    case EventKind::bootstrap_started:
    case EventKind::endpoint_stored:
    case EventKind::notify_ignored:
    case EventKind::notify_reply_sent:
    case EventKind::property_posted:
    case EventKind::property_replied:
    case EventKind::published:
    case EventKind::publish_acknowledged:
    case EventKind::subscribed:
    case EventKind::unsubscribed:
    case EventKind::fell_back_to_bootstrap:
    case EventKind::redirected:
    case EventKind::version_informed:
    case EventKind::upgrade_started:
    case EventKind::upgrade_progressed:
    case EventKind::request_replied:
    case EventKind::shadow_received:
    case EventKind::clock_read:
    case EventKind::sub_device_online:
    case EventKind::sub_device_refused:
      break;
    case EventKind::retry_scheduled:
    case EventKind::upgrade_failed:
    case EventKind::upgrade_ready:
    case EventKind::registered:
    case EventKind::registration_failed:
      firmware_went_on(cell, event, now);
      break;
  }
  pass_on(cell, event, now);
}

void Observer::pass_on(const DeviceCell& cell, const Event& event, Instant now) {
  weather_.on_report(cell, event, now);
  if (runtime_.events != nullptr) emit(cell, event, now);
}

void Observer::firmware_went_on(DeviceCell& cell, const Event& event, Instant now) {
  if (event.kind == EventKind::retry_scheduled) count(Metric::retries, cell, now);
  if (event.kind == EventKind::upgrade_failed) count(Metric::upgrade_failures, cell, now);
  if (event.kind == EventKind::upgrade_ready) count(Metric::upgrades, cell, now);
  if (event.kind == EventKind::registered) count(Metric::registrations, cell, now);
  if (event.kind == EventKind::registration_failed) note_failure(cell, event);
}

void Observer::notified(DeviceCell& cell, Instant now) {
  count(Metric::notifies, cell, now);
  if (cell.notified_at == kNever) cell.notified_at = now;
}

void Observer::try_failed(DeviceCell& cell, const Event& event, Instant now) {
  if (event.kind == EventKind::bootstrap_failed) {
    count(Metric::bootstrap_failures, cell, now);
  } else {
    if (event.kind == EventKind::connect_refused) count(Metric::connects_refused, cell, now);
    count(Metric::connect_failures, cell, now);
    counters_.connect_failures.fetch_add(1, std::memory_order_relaxed);
  }
  note_failure(cell, event);
}

void Observer::connected(DeviceCell& cell, Instant now) {
  if (!cell.online) {
    cell.online = true;
    ++groups_[cell.group].online;
    counters_.online.fetch_add(1, std::memory_order_relaxed);
  } else {
    weather_.went_offline(cell, now);  // it came anew before its old link was known to be gone
  }
  cell.failure = {};
  count(Metric::connects, cell, now);
  counters_.connects.fetch_add(1, std::memory_order_relaxed);
  record(Metric::connect_seconds, cell, cell.link(Leg::mqtt).wanted_at, cell.link(Leg::mqtt).began_at, now);
  if (cell.notified_at != kNever && cell.endpoint != 0) {
    const bool asked_since = cell.link(Leg::bootstrap).began_at >= cell.notified_at;
    if (cell.connecting_to != cell.endpoint) {
      moved(cell, now);
    } else if (asked_since) {
      // It was told to stay (nearest access may say so): the next notify begins a move of its own.
      cell.notified_at = kNever;
    }
  }
  cell.endpoint = cell.connecting_to;
}

void Observer::moved(DeviceCell& cell, Instant now) {
  ++groups_[cell.group].moves;
  if (!std::exchange(cell.has_moved, true)) ++groups_[cell.group].movers;
  counters_.moves.fetch_add(1, std::memory_order_relaxed);
  count(Metric::moves, cell, now);
  weather_.moved(cell, now);
  record(Metric::move_seconds, cell, cell.notified_at, cell.notified_at, now);
  cell.notified_at = kNever;
}

void Observer::went_offline(DeviceCell& cell, Instant now) {
  if (!cell.online) return;
  cell.online = false;
  weather_.went_offline(cell, now);
  if (cell.subs) {
    for (SubFleet::Extra& sub : cell.subs->extras) {
      if (std::exchange(sub.online, false)) --groups_[sub.group].online;
    }
  }
  --groups_[cell.group].online;
  counters_.online.fetch_sub(1, std::memory_order_relaxed);
}

void Observer::on_power_off(DeviceCell& cell, Instant now) {
  if (runtime_.events != nullptr && !cell.reported_off) emit(cell, {.kind = EventKind::powered_off}, now);
  went_offline(cell, now);
  weather_.powered_off(cell);
  cell.failure = {};
}

void Observer::note_failure(DeviceCell& cell, const Event& event) {
  cell.failure = {.kind = event.kind, .failure = event.failure, .end = event.end, .known = true, .code = event.code};
}

void Observer::published(const DeviceCell& cell, Instant now) {
  count(Metric::publishes, cell, now);
  counters_.publishes.fetch_add(1, std::memory_order_relaxed);
}

void Observer::acknowledged(const DeviceCell& cell, const Flight& flight, Instant now) {
  count(Metric::publish_acks, cell, now);
  counters_.publish_acks.fetch_add(1, std::memory_order_relaxed);
  record(Metric::publish_ack_seconds, cell, flight.due, flight.begun, now);
}

void Observer::property_replied(const DeviceCell& cell, const Flight& flight, Instant now) {
  record(Metric::property_reply_seconds, cell, flight.due, flight.begun, now);
}

void Observer::commands_failed(const DeviceCell& cell, std::uint32_t count, std::string_view why) {
  if (count == 0) return;
  if (report_.first_unpublished.empty()) report_.first_unpublished = name_of(cell) + ": " + std::string(why);
  counters_.commands_failed.fetch_add(count);  // before it is pending no more: who sees the one sees the other
  counters_.commands_pending.fetch_sub(count);
}

void Observer::load_refused(const DeviceCell& cell, std::string_view why) {
  if (report_.loads_refused++ == 0) report_.first_load_refused = name_of(cell) + ": " + std::string(why);
}

void Observer::late_arrival(std::uint16_t group) {
  ++report_.late_arrivals;
  report_.metrics.add(series(Metric::late_arrivals, group, 0));
}

void Observer::late_publish(std::uint16_t group) {
  ++report_.late_publishes;
  report_.metrics.add(series(Metric::late_publishes, group, 0));
}

void Observer::dropped_arrival(std::uint16_t group) { report_.metrics.add(series(Metric::dropped_arrivals, group, 0)); }

void Observer::dropped_publish(std::uint16_t group) {
  ++report_.dropped_publishes;
  report_.metrics.add(series(Metric::dropped_publishes, group, 0));
}

void Observer::refused_report(std::string what, std::uint32_t count) {
  report_.refused_reports += count;
  if (report_.first_refused_report.empty()) report_.first_refused_report = std::move(what);
}

void Observer::sub_device_online(std::uint16_t group) { ++groups_[group].online; }

void Observer::sub_device_moved(std::uint16_t group, bool first) {
  ++groups_[group].moves;
  groups_[group].movers += first ? 1 : 0;
}

void Observer::exhausted(Exhausted what) {
  switch (what) {
    case Exhausted::nothing:
      break;
    case Exhausted::descriptors:
      ++report_.descriptor_exhaustions;
      break;
    case Exhausted::memory:
      ++report_.memory_exhaustions;
      break;
    case Exhausted::ports:
      ++report_.port_exhaustions;
      break;
  }
}

void Observer::on_link_detail(const DeviceCell& cell, Leg leg, std::string_view detail, Instant now) {
  if (runtime_.events == nullptr) return;
  RunEvent line = event_of(cell, "link_ended", now);
  line.detail = leg == Leg::bootstrap ? "bootstrap: " : "mqtt: ";
  line.detail += detail;
  keep(std::move(line));
}

void Observer::emit(const DeviceCell& cell, const Event& event, Instant now) {
  RunEvent line = event_of(cell, event_name(event.kind), now);
  line.code = event.code;
  if (event.kind == EventKind::bootstrap_started || event.kind == EventKind::connect_started) {
    std::array<char, IpAddress::text_bytes_max> room{};
    line.address = cell.address.format(room);
  }
  if (!event.host.empty()) {
    line.detail = event.host;
    line.detail += ':';
    line.detail += std::to_string(event.port);
  }
  if (event.failure != device::Failure::none) {
    if (!line.detail.empty()) line.detail += ' ';
    line.detail += event.failure == device::Failure::link ? link_end_name(event.end) : failure_name(event.failure);
  }
  keep(std::move(line));
}

RunEvent Observer::event_of(const DeviceCell& cell, std::string_view kind, Instant now) const {
  RunEvent line;
  line.at = now;
  line.kind = kind;
  line.group = runtime_.scenario->groups[cell.group].name;
  line.device = name_of(cell);
  if (cell.region < runtime_.tag_names.regions.size()) line.region = runtime_.tag_names.regions[cell.region];
  return line;
}

void Observer::keep(RunEvent&& line) {
  events_.push_back(std::move(line));
  if (events_.size() >= events_per_batch) flush_events();
}

void Observer::flush_events() {
  if (events_.empty() || runtime_.events == nullptr) return;
  runtime_.events->write(std::exchange(events_, {}));
}

std::string Observer::name_of(const DeviceCell& cell) {
  const device::Identity& identity = cell.device.agent().identity();
  std::string name(identity.product_key());
  name += '/';
  name += identity.device_name();
  return name;
}

std::uint16_t Observer::region_of(std::string_view host, std::uint16_t port) const {
  auto found = runtime_.region_of_host.find(host);
  if (found == runtime_.region_of_host.end()) {
    std::string with_port(host);
    with_port += ':';
    with_port += std::to_string(port);
    found = runtime_.region_of_host.find(with_port);
  }
  const bool known = found != runtime_.region_of_host.end() && found->second < runtime_.tag_names.regions.size();
  return known ? found->second : std::uint16_t{0};
}

SeriesId Observer::series(Metric metric, std::uint16_t group, std::uint16_t region) {
  std::uint32_t& id = groups_[group].series[region][static_cast<std::size_t>(metric)];
  if (id == no_series) {
    id = report_.metrics.series(metric, {.group = group, .region = region, .leg = leg_of(metric), .profile = groups_[group].profile}).value;
  }
  return {id};
}

void Observer::record(Metric metric, const DeviceCell& cell, Instant due, Instant begun, Instant now) {
  report_.metrics.record(series(metric, cell.group, cell.region), microseconds_between(due, now), microseconds_between(begun, now));
}

}  // namespace fleetsim::sim
