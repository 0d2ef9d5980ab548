#include "sim/world/platform_ledger.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

using platform::PlatformEvent;
using platform::PlatformEventKind;

constexpr std::size_t event_batch = 256;
constexpr std::int32_t code_ok = 200;  // of a reply: it was understood
constexpr std::size_t no_device = ~std::size_t{0};
constexpr std::uint32_t unknown = ~std::uint32_t{0};

}  // namespace

PlatformLedger::PlatformLedger(const Roster& roster, const Scenario& scenario, EventStream* events)
    : roster_(roster), scenario_(scenario), events_(events), devices_(roster.devices.size()), move_counts_(scenario.groups.size()) {
  for (std::size_t i = 0; i < devices_.size(); ++i) devices_[i].group = roster.devices[i].group;
  const std::vector<std::string> profiles = profile_names(scenario);
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
    const auto profile = std::find(profiles.begin(), profiles.end(), scenario.groups[g].profile) - profiles.begin();
    const Tags tags{.group = static_cast<std::uint16_t>(g), .profile = static_cast<std::uint16_t>(profile)};
    notify_series_.push_back(metrics_.series(Metric::notify_seconds, tags));
    misbehaviour_series_.push_back(metrics_.series(Metric::misbehaviours, tags));
  }
}

void PlatformLedger::on_event(const PlatformEvent& event, Instant now) {
  std::size_t index = no_device;
  DeviceTrace* const device = find(event, index);
  // A device behind a gateway has no connection of its own.
  const bool own_link = device == nullptr || scenario_.groups[device->group].behind.empty();
  if (own_link && (event.kind == PlatformEventKind::device_connected || event.kind == PlatformEventKind::device_disconnected)) {
    auto at = sessions_.find(event.instance);
    if (at == sessions_.end()) at = sessions_.emplace(std::string(event.instance), 0).first;
    at->second += event.kind == PlatformEventKind::device_connected ? 1 : -1;
  }
  if (device != nullptr) trace(*device, index, event, now);
  if (event.kind == PlatformEventKind::misbehaved) misbehaved(event, index);
  if (events_ != nullptr) record(event, index, now);
}

void PlatformLedger::is_registered_as(std::size_t device, std::uint32_t registry_index) {
  if (registry_index >= known_as_.size()) known_as_.resize(std::size_t{registry_index} + 1, unknown);
  known_as_[registry_index] = static_cast<std::uint32_t>(device);
}

PlatformLedger::DeviceTrace* PlatformLedger::find(const PlatformEvent& event, std::size_t& index) {
  if (event.device_name.empty()) return nullptr;
  if (event.device < known_as_.size() && known_as_[event.device] != unknown) {
    index = known_as_[event.device];
    return &devices_[index];
  }
  if (!index_) index_.emplace(roster_);
  const auto found = index_->find(event.product_key, event.device_name);
  if (!found) return nullptr;
  index = *found;
  return &devices_[index];
}

void PlatformLedger::trace(DeviceTrace& device, std::size_t index, const PlatformEvent& event, Instant now) {
  switch (event.kind) {
    case PlatformEventKind::handover_started:
      if (device.was_counted) --noticed_.at_least;
      // A job that takes over another one's: the device may know already that it is to move.
      device = {.was_notified = device.progress != Progress::idle && device.was_notified,
                .was_overtaken = device.was_counted || device.was_overtaken,
                .was_online = device.sessions > 0,
                .sessions = device.sessions,
                .asked = device.asked,
                .group = device.group};
      device.progress = Progress::handed_over;
      device.source = instance_number(event.instance);
      device.handed_over = now;
      break;
    case PlatformEventKind::notify_sent:
      device.was_notified = true;
      if (device.progress == Progress::handed_over) device.progress = Progress::notified;
      break;
    case PlatformEventKind::notify_replied:
      if (device.progress != Progress::handed_over && device.progress != Progress::notified) break;
      noted_reply(device, event.code, now);
      break;
    case PlatformEventKind::bootstrap_answered:
      if (device.progress == Progress::idle) break;
      device.progress = Progress::directed;
      device.directed = instance_number(event.instance);
      break;
    case PlatformEventKind::connect_refused:
      if (device.progress == Progress::idle) break;
      device.progress = Progress::refused;
      device.directed = instance_number(event.instance);
      device.refusal_code = event.code;
      break;
    case PlatformEventKind::committed:
      if (device.asked == MoveAsked::under_way) ask(index, MoveAsked::moved);
      if (device.progress == Progress::idle) break;  // of a handover that nobody told of: there is no source to compare with
      committed(device, event, now);
      break;
    case PlatformEventKind::device_connected:
      device.was_online = true;
      ++device.sessions;
      break;
    case PlatformEventKind::device_disconnected:
      if (device.sessions > 0) --device.sessions;
      break;
    case PlatformEventKind::bootstrap_refused:
    case PlatformEventKind::job_state_changed:
    case PlatformEventKind::protocol_violation:
    case PlatformEventKind::publish_dropped:
    case PlatformEventKind::misbehaved:
      break;
  }
}

void PlatformLedger::ask(std::size_t index, MoveAsked asked) {
  DeviceTrace& device = devices_[index];
  MoveCount& count = move_counts_[devices_[index].group];
  if (device.asked == MoveAsked::never) ++count.asked;
  if (device.asked == MoveAsked::moved) --count.moved;
  if (asked == MoveAsked::moved) ++count.moved;
  device.asked = asked;
}

void PlatformLedger::asked_to_move(std::size_t first, std::size_t count) {
  for (std::size_t device = first; device < first + count; ++device) ask(device, MoveAsked::under_way);
}

void PlatformLedger::was_refused(std::size_t device) { ask(device, MoveAsked::refused); }

void PlatformLedger::misbehaved(const PlatformEvent& event, std::size_t index) {
  metrics_.add(misbehaviour_series_[index == no_device ? 0 : roster_.devices[index].group]);
  auto at = misbehaviour_.find(event.reason);
  if (at == misbehaviour_.end()) at = misbehaviour_.emplace(std::string(event.reason), 0).first;
  ++at->second;
}

/// The first reply to a job: a second one finds the handover further on.
void PlatformLedger::noted_reply(DeviceTrace& device, std::int32_t code, Instant now) {
  const auto took = static_cast<std::uint64_t>((now - device.handed_over).count());
  metrics_.record(notify_series_[device.group], took, took);
  if (device.was_overtaken) ++noticed_.at_least;  // whom a notify reached has read the CONNACK before it
  device.was_overtaken = false;
  device.has_replied = true;
  device.has_agreed = code == code_ok;
  device.progress = Progress::replied;
}

void PlatformLedger::committed(DeviceTrace& device, const PlatformEvent& event, Instant now) {
  const bool elsewhere = instance_names_[device.source] != event.instance;
  device.was_counted = elsewhere && device.has_agreed;
  if (device.was_counted) ++noticed_.at_least;
  if (elsewhere && device.was_notified) ++noticed_.at_most;
  device.progress = Progress::idle;
  const auto entry = entry_by_job_.find(event.job);
  if (entry == entry_by_job_.end()) return;
  CommitSpan& span = spans_[entry->second];
  if (span.commits++ == 0) span.first = now;
  span.last = now;
}

void PlatformLedger::assign_job(std::string_view job, std::size_t entry) { entry_by_job_.emplace(std::string(job), entry); }

void PlatformLedger::record(const PlatformEvent& event, std::size_t index, Instant now) {
  RunEvent line;
  line.at = now;
  line.side = EventSide::platform;
  line.kind = event_name(event.kind);
  if (index != no_device) line.group = scenario_.groups[roster_.devices[index].group].name;
  if (!event.device_name.empty()) line.device = fmt::format("{}/{}", event.product_key, event.device_name);
  line.instance = event.instance;
  line.region = event.region;
  line.detail = event.job.empty()      ? std::string(event.reason)
                : event.reason.empty() ? std::string(event.job)
                                       : fmt::format("{}: {}", event.job, event.reason);
  line.code = event.code;
  if (event.peer != IpAddress{}) {
    std::array<char, IpAddress::text_bytes_max> room{};
    line.address = event.peer.format(room);
  }
  batch_.push_back(std::move(line));
  if (batch_.size() >= event_batch) flush();
}

void PlatformLedger::flush() {
  if (events_ == nullptr || batch_.empty()) return;
  events_->write(std::move(batch_));
  batch_ = {};
}

std::uint32_t PlatformLedger::instance_number(std::string_view id) {
  const auto at = std::find(instance_names_.begin(), instance_names_.end(), id);
  const auto number = static_cast<std::uint32_t>(at - instance_names_.begin());
  if (at == instance_names_.end()) instance_names_.emplace_back(id);
  return number;
}

std::string PlatformLedger::stranded_reason(std::size_t index) const {
  const DeviceTrace& device = devices_[index];
  switch (device.progress) {
    case Progress::idle:
      return "not in handover";
    case Progress::handed_over:
      // Whoever is online and has subscribed to it is notified at once.
      if (!device.was_online) return fmt::format("never came online at {} since the job", instance_names_[device.source]);
      return fmt::format("not subscribed to thing/bootstrap/notify, online at {} since the job", instance_names_[device.source]);
    case Progress::notified:
      return "notified, no reply";
    case Progress::replied:
      return "notified and replied, no bootstrap request since";
    case Progress::directed:
      return fmt::format("{}bootstrap answered ({}), no CONNECT there", device.has_replied ? "replied, " : "",
                         instance_names_[device.directed]);
    case Progress::refused:
      return fmt::format("{}connect refused {} at {}", device.has_replied ? "replied, " : "", device.refusal_code,
                         instance_names_[device.directed]);
  }
  return "";
}

}  // namespace fleetsim::sim
