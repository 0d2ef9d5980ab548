#include "sim/world/device_traffic.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "sim/random.hpp"
#include "sim/world/device_cell.hpp"
#include "sim/world/failure_text.hpp"
#include "sim/world/observer.hpp"

namespace fleetsim::sim {

using device::Event;
using device::EventKind;
using device::Failure;
using device::Qos;
using device::Token;

namespace {

constexpr std::uint32_t flights_max = device::limits::publishes_in_flight_max;
static_assert(flights_max == 16, "a token keeps its flight in four bits");
constexpr std::string_view command_topic_default = "/{pk}/{dn}/user/update";
constexpr std::uint32_t command_bytes_default = 128;
constexpr std::string_view periodic_property = "{\"Temperature\":21.5}";

class TopicText {
 public:
  void put(std::string_view text) {
    const std::size_t room = std::min(text.size(), text_.size() - used_);
    std::copy_n(text.begin(), room, text_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += room;
  }
  void put_number(std::uint64_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    put({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  std::string_view text() const { return {text_.data(), used_}; }

 private:
  std::array<char, 512> text_{};  // longer than any topic a device takes: it refuses what does not fit
  std::size_t used_ = 0;
};

TopicText expand_topic(std::string_view pattern, const DeviceCell& cell) {
  TopicText out;
  while (!pattern.empty()) {
    const std::size_t brace = pattern.find('{');
    out.put(pattern.substr(0, brace));
    if (brace == std::string_view::npos) break;
    pattern.remove_prefix(brace);
    const device::Identity& identity = cell.device.agent().identity();
    if (pattern.starts_with("{pk}")) {
      out.put(identity.product_key());
      pattern.remove_prefix(4);
    } else if (pattern.starts_with("{dn}")) {
      out.put(identity.device_name());
      pattern.remove_prefix(4);
    } else if (pattern.starts_with("{i}")) {
      out.put_number(cell.index);
      pattern.remove_prefix(3);
    } else {
      out.put(pattern.substr(0, 1));
      pattern.remove_prefix(1);
    }
  }
  return out;
}

/// Property JSON of about `bytes` bytes.
std::string property_of(std::uint32_t bytes) {
  constexpr std::string_view frame = R"({"LoadText":""})";
  const std::size_t fill = bytes > frame.size() ? bytes - frame.size() : 1;
  return R"({"LoadText":")" + std::string(fill, 'z') + R"("})";
}

/// Too large, or no topic at all: to try again would change nothing.
bool refused_for_good(Failure why) { return why == Failure::too_large || why == Failure::message_malformed; }
bool is_post(FlightKind kind) { return kind == FlightKind::property || kind == FlightKind::load_property; }
bool is_load(FlightKind kind) { return kind == FlightKind::load || kind == FlightKind::load_property; }

}  // namespace

Traffic::Traffic(const Scenario& scenario, Observer& observer, TrafficHost& host)
    : observer_(observer), host_(host), seed_(scenario.seed), groups_(scenario.groups.size()) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const FleetGroup& from = scenario.groups[i];
    Group& group = groups_[i];
    group.name = from.name;
    if (from.load) group.property_interval = from.property_post_interval;  // alone, the posts are the group's load: start_load brings them
    group.command_topic = from.load && !from.load->topic.empty() ? from.load->topic : std::string(command_topic_default);
    group.command_payload.assign(from.load ? from.load->payload_bytes : command_bytes_default, 'z');
  }
}

void Traffic::set_command(std::uint16_t group, const PublishStep& step) { groups_[group].command = step; }

void Traffic::start_load(std::uint16_t group, const PublishLoad& load, Instant now) {
  Group& mine = groups_[group];
  mine.load = load;
  mine.load_on = true;
  mine.window = std::clamp<std::uint32_t>(load.window, 1, flights_max);
  mine.payload.assign(load.payload_bytes, 'z');
  mine.property_json = property_of(load.payload_bytes);
  mine.load_until = load.duration.count() > 0 ? now + load.duration : kNever;
  const double rate = load.rate_per_second_per_device;
  mine.interval = rate > 0 ? Duration(std::max<std::int64_t>(1, std::llround(microseconds_per_second / rate))) : Duration{0};
}

void Traffic::stop_load(std::uint16_t group) { groups_[group].load_on = false; }

void Traffic::order(DeviceCell& cell, std::uint32_t count) {
  if (!cell.traffic) cell.traffic = std::make_unique<DeviceTraffic>();
  cell.traffic->commands_left += count;
}

void Traffic::join_load(DeviceCell& cell, Instant now) {
  const Group& group = groups_[cell.group];
  if (!group.load_on) return;
  if (!cell.traffic) cell.traffic = std::make_unique<DeviceTraffic>();
  cell.traffic->load_refused = false;
  if (group.interval.count() > 0) {  // spread over the first interval, or all devices would publish at once
    RandomStream phase = RandomStream::fork(seed_, "load phase", group.name, cell.index);
    cell.traffic->next_load =
        now + Duration(phase.below(static_cast<std::uint32_t>(std::min<std::int64_t>(group.interval.count(), 0xffffffff))));
  }
}

void Traffic::came_online(std::uint32_t slot, DeviceCell& cell, Instant now) {
  const Group& group = groups_[cell.group];
  if (cell.traffic) forget_posts(*cell.traffic);
  if (group.load_on && (!cell.traffic || cell.traffic->next_load == kNever || cell.traffic->next_load < now)) join_load(cell, now);
  if (group.property_interval.count() > 0) {
    if (!cell.traffic) cell.traffic = std::make_unique<DeviceTraffic>();
    if (cell.traffic->next_property == kNever) {
      RandomStream phase = RandomStream::fork(seed_, "property phase", group.name, cell.index);
      const std::int64_t interval = group.property_interval.count();
      cell.traffic->next_property = now + Duration(static_cast<std::int64_t>(phase.next() % static_cast<std::uint64_t>(interval)));
    }
  }
  if (cell.traffic) host_.pump_later(slot);
}

void Traffic::pump(std::uint32_t slot, DeviceCell& cell, Instant now) {
  if (!cell.online || !cell.traffic) return;
  DeviceTraffic& traffic = *cell.traffic;
  const Group& group = groups_[cell.group];
  if (traffic.retry_at != kNever) {
    if (now < traffic.retry_at) return;
    traffic.retry_at = kNever;
  }
  if (traffic.in_flight == flights_max || window_full(traffic, group)) expire_replies(cell, now);
  for (int begun = 0; begun < publishes_per_turn_max; ++begun) {
    const Choice choice = choose(traffic, group, now);
    if (choice.kind == FlightKind::none) return;
    if (traffic.in_flight == flights_max || !host_.can_send(slot)) {
      traffic.held_back = true;
      return;
    }
    begin(slot, cell, choice, now);
    if (!cell.online || traffic.retry_at != kNever) return;
  }
  host_.pump_later(slot);
}

Traffic::Choice Traffic::choose(DeviceTraffic& traffic, const Group& group, Instant now) const {
  if (traffic.commands_left > 0) return {FlightKind::command, now};
  if (traffic.next_property <= now) return {FlightKind::property, traffic.next_property};
  if (!group.load_on || traffic.load_refused || now >= group.load_until) return {};
  const FlightKind kind = group.load.topic.empty() ? FlightKind::load_property : FlightKind::load;
  if (group.interval.count() == 0) {
    if (traffic.load_in_flight < group.window) return {kind, now};
  } else if (traffic.next_load <= now) {
    return {kind, traffic.next_load};
  }
  traffic.held_back = false;
  return {};
}

Qos Traffic::qos_of(const Group& group, FlightKind kind) {
  const std::uint8_t qos = kind == FlightKind::command ? group.command.qos : group.load.qos;
  return qos == 0 ? Qos::at_most_once : Qos::at_least_once;
}

void Traffic::begin(std::uint32_t slot, DeviceCell& cell, const Choice& choice, Instant now) {
  DeviceTraffic& traffic = *cell.traffic;
  Group& group = groups_[cell.group];
  const auto free =
      std::find_if(traffic.flights.begin(), traffic.flights.end(), [](const Flight& flight) { return flight.kind == FlightKind::none; });
  traffic.sequence = (traffic.sequence + 1) & 0x3ffffffU;
  const Token token =
      ((traffic.sequence == 0 ? ++traffic.sequence : traffic.sequence) << 4) | static_cast<Token>(free - traffic.flights.begin());
  *free = {.due = choice.due, .begun = now, .token = token, .kind = choice.kind};
  ++traffic.in_flight;
  if (is_load(choice.kind)) {
    ++traffic.load_in_flight;
    if (group.interval.count() > 0) {
      traffic.next_load += group.interval;
      observer_.paced_publish();
      if (!traffic.held_back && now - choice.due > late_after) observer_.late_publish(cell.group);
    }
  }
  if (choice.kind == FlightKind::command) --traffic.commands_left;
  if (choice.kind == FlightKind::property) traffic.next_property = now + group.property_interval;
  switch (choice.kind) {
    case FlightKind::none:
      break;
    case FlightKind::command: {
      const TopicText topic = expand_topic(group.command_topic, cell);
      host_.give(slot, device::PublishCommand{topic.text(), group.command_payload, qos_of(group, choice.kind), token});
      break;
    }
    case FlightKind::load: {
      const TopicText topic = expand_topic(group.load.topic, cell);
      host_.give(slot, device::PublishCommand{topic.text(), group.payload, qos_of(group, choice.kind), token});
      break;
    }
    case FlightKind::load_property:
      host_.give(slot, device::PostProperty{group.property_json, token});
      break;
    case FlightKind::property:
      host_.give(slot, device::PostProperty{periodic_property, token});
      break;
  }
}

Flight* Traffic::find(DeviceTraffic& traffic, Token token) {
  Flight& flight = traffic.flights[token & 0xfU];
  return flight.kind != FlightKind::none && flight.token == token ? &flight : nullptr;
}

void Traffic::on_report(DeviceCell& cell, const Event& event, Instant now) {
  if (!cell.traffic) return;
  const bool concerns = event.kind == EventKind::published || event.kind == EventKind::publish_acknowledged ||
                        event.kind == EventKind::publish_rejected || event.kind == EventKind::property_posted ||
                        event.kind == EventKind::property_replied;
  if (!concerns) return;
  Flight* flight = find(*cell.traffic, event.token);
  if (flight == nullptr) return;  // the firmware's own
  const bool is_property = is_post(flight->kind);
  if (event.kind == EventKind::publish_rejected) {
    refuse(cell, *flight, event.failure, now);
  } else if (event.kind == EventKind::published || event.kind == EventKind::property_posted) {
    if (is_property && event.kind == EventKind::published) return;  // counted when it is reported as a property
    observer_.published(cell, now);
    if (!is_property && qos_of(groups_[cell.group], flight->kind) == Qos::at_most_once) finish(cell, *flight);
  } else if (event.kind == EventKind::publish_acknowledged) {
    observer_.acknowledged(cell, *flight, now);
    if (!is_property) finish(cell, *flight);
  } else {
    observer_.property_replied(cell, *flight, now);
    finish(cell, *flight);
  }
}

void Traffic::finish(DeviceCell& cell, Flight& flight) {
  if (flight.kind == FlightKind::command) observer_.commands_done(1);
  land(*cell.traffic, flight);
}

void Traffic::land(DeviceTraffic& traffic, Flight& flight) {
  --traffic.in_flight;
  if (is_load(flight.kind)) --traffic.load_in_flight;
  flight.kind = FlightKind::none;
}

void Traffic::refuse(DeviceCell& cell, Flight& flight, Failure why, Instant now) {
  DeviceTraffic& traffic = *cell.traffic;
  const FlightKind kind = flight.kind;
  if (refused_for_good(why)) {
    if (kind == FlightKind::command) observer_.commands_failed(cell, 1, failure_name(why));
    if (is_load(kind) && !std::exchange(traffic.load_refused, true)) observer_.load_refused(cell, failure_name(why));
    land(traffic, flight);
    return;
  }
  // No room, or not online: the order stands, and is given again later.
  if (kind == FlightKind::command) ++traffic.commands_left;
  // Of an open model the next one is due already: this one is never sent.
  if (is_load(kind) && groups_[cell.group].interval.count() > 0) observer_.dropped_publish(cell.group);
  land(traffic, flight);
  traffic.retry_at = now + no_room_pause;
}

void Traffic::expire_replies(DeviceCell& cell, Instant now) {
  for (Flight& flight : cell.traffic->flights) {
    if (is_post(flight.kind) && now - flight.begun >= reply_patience) finish(cell, flight);
  }
}

/// A reply that was on its way when the session ended will not come any more.
void Traffic::forget_posts(DeviceTraffic& traffic) {
  for (Flight& flight : traffic.flights) {
    if (is_post(flight.kind)) land(traffic, flight);
  }
}

bool Traffic::window_full(const DeviceTraffic& traffic, const Group& group) {
  return group.load_on && group.interval.count() == 0 && traffic.load_in_flight >= group.window;
}

/// A broker that knows no thing model never replies: posts must not fill all flights, or the window, for good.
Instant Traffic::first_expiry(const DeviceTraffic& traffic) {
  Instant at = kNever;
  for (const Flight& flight : traffic.flights) {
    if (is_post(flight.kind)) at = std::min(at, flight.begun + reply_patience);
  }
  return at;
}

Instant Traffic::deadline(const DeviceCell& cell) const {
  if (!cell.online || !cell.traffic) return kNever;
  const DeviceTraffic& traffic = *cell.traffic;
  const Group& group = groups_[cell.group];
  if (traffic.retry_at != kNever) return traffic.retry_at;
  if (traffic.in_flight == flights_max) return first_expiry(traffic);  // an acknowledgement wakes it sooner
  if (traffic.held_back) return kNever;                                // room wakes it
  Instant at = traffic.next_property;
  if (window_full(traffic, group)) at = std::min(at, first_expiry(traffic));
  if (group.load_on && !traffic.load_refused && group.interval.count() > 0 && traffic.next_load < group.load_until) {
    at = std::min(at, traffic.next_load);
  }
  return at;
}

std::uint32_t Traffic::drop(DeviceCell& cell) {
  if (!cell.traffic) return 0;
  std::uint32_t commands = cell.traffic->commands_left;
  for (const Flight& flight : cell.traffic->flights) commands += flight.kind == FlightKind::command ? 1 : 0;
  cell.traffic.reset();
  return commands;
}

}  // namespace fleetsim::sim
