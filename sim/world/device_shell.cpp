// Inputs to devices and what follows from them; the links and flash they ask for are in device_shell_links.cpp.
#include "sim/world/device_shell.hpp"

#include <algorithm>
#include <utility>

#include "devicecore/firmware_profile.hpp"
#include "sim/world/failure_text.hpp"

namespace fleetsim::sim {
namespace {

/// The fleet follows so many devices through their failures, whatever the number of its shards.
constexpr std::uint32_t devices_followed_max = 65'536;

WeatherOptions weather_options(const Shard::Options& options) {
  WeatherOptions weather;
  weather.devices_followed_max = devices_followed_max / std::max(1u, options.count) + 1;
  return weather;
}

}  // namespace

using device::Input;
using device::Leg;
using device::LinkEnd;

DeviceShell::DeviceShell(const RunRuntime& runtime, const Shard::Options& options, TlsSessions& tls, ShardCounters& counters)
    : runtime_(runtime),
      tls_(tls),
      observer_(runtime, counters, weather_options(options)),
      traffic_(*runtime.scenario, observer_, *this),
      reports_(runtime.scenario->groups.size(), observer_, *this),
      admission_(options.connects_in_flight),
      workspace_(std::make_unique<device::Workspace>()) {}

std::uint32_t DeviceShell::add(const DeviceSpec& spec) {
  const auto slot = static_cast<std::uint32_t>(cells_.size());
  DeviceCell& cell = cells_.emplace_back(
      spec.identity, RandomStream::fork(runtime_.scenario->seed, "device", runtime_.scenario->groups[spec.group].name, spec.index));
  cell.index = spec.index;
  cell.address = spec.address;
  cell.position = spec.position;
  cell.device_number = spec.number;
  cell.group = spec.group;
  return slot;
}

void DeviceShell::begin() {
  timers_.resize(size());
  arena_ = std::make_unique<BlockArena>(size());
}

void DeviceShell::wake_due() {
  for (std::uint32_t woken = 0; woken < wake_ups_per_turn; ++woken) {
    const auto slot = timers_.pop_due(now_);
    if (!slot) return;
    wake(*slot);
    settle();
  }
}

void DeviceShell::wake(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  touch(slot);
  if (cell.power_back_at <= now_) {
    arrive(slot, now_, ArrivalModel::closed);
    return;
  }
  if (cell.power == Power::off) return;
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt}) {
    if (links_->deadline({slot, leg}) <= now_) links_->abort({slot, leg}, Links::Abort::orderly);
  }
  if (cell.gate == Gate::none && device_deadline(cell) <= now_) {
    const bool may_open_a_link = cell.power == Power::on && !cell.has_link() && !cell.holds_place;
    if (!may_open_a_link || pass_gate(slot, Gate::deadline, now_)) step(slot, device::DeadlineReached{});
  }
  if (traffic_.deadline(cell) <= now_) traffic_.pump(slot, cell, now_);
}

void DeviceShell::next_turn() {
  pump_now_.swap(pump_next_);
  for (const std::uint32_t slot : pump_now_) {
    traffic_.pump(slot, cells_[slot], now_);
    touch(slot);
    settle();
  }
  pump_now_.clear();
  settle();
}

void DeviceShell::settle() {
  std::uint32_t admitted = 0;
  for (;;) {
    while (!follow_ups_.empty()) follow_up(follow_ups_.pop());
    links_->flush();
    if (!follow_ups_.empty()) continue;
    finish_touched();
    if (!follow_ups_.empty()) continue;
    if (admitted == admissions_per_turn) return;
    const auto next = admission_.take_next();
    if (!next) return;
    ++admitted;
    open_gate(*next);
  }
}

void DeviceShell::follow_up(const FollowUp& work) {
  DeviceCell& cell = cells_[work.slot];
  touch(work.slot);
  if (work.kind == FollowUpKind::property_set) return apply_property(work.slot);
  if (cell.power == Power::off) return;  // cut meanwhile: nobody is there to hear it
  if (cell.power_is_lost && work.kind != FollowUpKind::power_lost) return;
  switch (work.kind) {
    case FollowUpKind::power_lost:
      finish_power_loss(work.slot);
      break;
    case FollowUpKind::slot_written:
      step(work.slot, device::SlotWritten{work.flash_slot, true});
      break;
    case FollowUpKind::image_written:
      step(work.slot, device::ImageWritten{true});
      break;
    case FollowUpKind::restarted:
      if (cell.power == Power::on) boot(work.slot);
      break;
    case FollowUpKind::link_closed: {
      if (work.leg == Leg::mqtt) observer_.went_offline(cell, now_);
      const bool may_open_a_link = cell.power == Power::on && !cell.has_link() && !cell.holds_place;
      if (may_open_a_link) {
        cell.gate_leg = work.leg;
        cell.gate_end = work.end;
        if (!pass_gate(work.slot, Gate::link_closed, now_)) break;
      }
      step(work.slot, device::LinkClosed{work.leg, work.end});
      break;
    }
    case FollowUpKind::pump:
      traffic_.pump(work.slot, cell, now_);
      break;
    case FollowUpKind::property_set:
      break;
  }
}

void DeviceShell::touch(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  if (cell.touched) return;
  cell.touched = true;
  touched_.push_back(slot);
}

/// Places that are not needed any more, devices that are off now, and the next wake-up of each device that had a part in this turn.
void DeviceShell::finish_touched() {
  for (std::size_t i = 0; i < touched_.size(); ++i) {
    const std::uint32_t slot = touched_[i];
    DeviceCell& cell = cells_[slot];
    if (cell.power == Power::going_off && cell.reported_off) finish_power_off(slot);
    if (cell.holds_place && cell.gate == Gate::none && (cell.online || !cell.has_link())) give_back_place(cell);
    timers_.set(slot, earliest_of(slot));
    cell.touched = false;
  }
  touched_.clear();
}

Instant DeviceShell::earliest_of(std::uint32_t slot) const {
  const DeviceCell& cell = cells_[slot];
  if (cell.power == Power::off) return cell.power_back_at;
  Instant at = cell.gate == Gate::none ? device_deadline(cell) : kNever;  // it waits for a place: its own time-outs must not count that
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt}) at = std::min(at, links_->deadline({slot, leg}));
  return std::min(at, traffic_.deadline(cell));
}

bool DeviceShell::pass_gate(std::uint32_t slot, Gate gate, Instant wanted_at) {
  DeviceCell& cell = cells_[slot];
  cell.wanted_at = wanted_at;
  if (admission_.try_take()) {
    cell.holds_place = true;
    return true;
  }
  cell.gate = gate;
  admission_.wait(slot);
  return false;
}

void DeviceShell::open_gate(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  touch(slot);
  if (cell.gate == Gate::none) {  // it was switched off while it waited, and did not come again
    admission_.give_back();
    return;
  }
  cell.holds_place = true;
  switch (std::exchange(cell.gate, Gate::none)) {
    case Gate::none:
      break;
    case Gate::arrival:
      power_on(slot);
      break;
    case Gate::deadline:
      step(slot, device::DeadlineReached{});
      break;
    case Gate::link_closed:
      step(slot, device::LinkClosed{cell.gate_leg, cell.gate_end});
      break;
    case Gate::open_link: {
      const std::unique_ptr<WantedLink> wanted = std::move(cell.wanted);
      connect_link(slot, *wanted);
      break;
    }
  }
}

void DeviceShell::give_back_place(DeviceCell& cell) {
  cell.holds_place = false;
  cell.wanted_at = kNever;
  admission_.give_back();
}

void DeviceShell::arrive(std::uint32_t slot, Instant due, ArrivalModel model) {
  DeviceCell& cell = cells_[slot];
  forget_power_loss(cell);
  if (model == ArrivalModel::open) observer_.arrival();
  if (cell.power != Power::off || cell.gate != Gate::none) {
    observer_.dropped_arrival(cell.group);
    return;
  }
  cell.power = Power::on;
  observer_.powered_on(cell, now_);
  cell.open_model_arrival = model == ArrivalModel::open;
  cell.counted_late = false;
  if (pass_gate(slot, Gate::arrival, due)) power_on(slot);
  touch(slot);
}

void DeviceShell::judge_arrival(DeviceCell& cell) {
  if (!cell.open_model_arrival || cell.counted_late || now_ - cell.wanted_at <= late_after) return;
  cell.counted_late = true;
  observer_.late_arrival(cell.group);
}

void DeviceShell::judge_waiting() {
  for (DeviceCell& cell : cells_) {
    if (cell.gate == Gate::arrival) judge_arrival(cell);
  }
}

void DeviceShell::power_on(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  judge_arrival(cell);
  cell.reported_off = false;
  boot(slot);
}

void DeviceShell::boot(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  const device::Identity& identity = cell.device.agent().identity();
  const bool registers = config_of(slot).registration != device::Registration::none;
  cell.device = device::Device(registers ? identity.without_secret() : identity);  // RAM does not survive the night
  if (tap_ != nullptr) tap_->on_boot(cell.device_number, cell.flash, now_);
  if (config_of(slot).profile->tls.reads_clock_once) clocks_read_[slot] = clock_error(cell);
  std::array<Flash::Room, Flash::slots> rooms{};
  const device::PowerOn input{cell.flash.read(0, rooms[0]), cell.flash.read(1, rooms[1]),
                              cell.flash.read(device::limits::secret_slot, rooms[2])};
  if (tap_ != nullptr) tap_->on_mishap(cell.device_number, Mishap::powered_on, now_);
  step(slot, input);
  if (cell.subs && cell.core() != nullptr) step(slot, device::AttachSubDevices{cell.subs->devices});
}

void DeviceShell::power_off(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  forget_power_loss(cell);
  touch(slot);
  if (cell.power != Power::on) return;
  const Gate gate = std::exchange(cell.gate, Gate::none);
  cell.power = Power::going_off;
  if (gate == Gate::arrival) {
    judge_arrival(cell);
    finish_power_off(slot);
    return;
  }
  if (gate == Gate::link_closed) step(slot, device::LinkClosed{cell.gate_leg, cell.gate_end});
  step(slot, device::PowerOff{});
  if (gate == Gate::open_link && cell.wanted) close_link(slot, cell.wanted->leg, true);
}

void DeviceShell::power_cut(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  forget_power_loss(cell);
  touch(slot);
  if (cell.power == Power::off) return;
  if (cell.gate == Gate::arrival) judge_arrival(cell);
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt}) {
    if (cell.link(leg).state == LinkState::waiting) cell.link(leg).state = LinkState::idle;
    links_->abort({slot, leg}, Links::Abort::severed);
  }
  if (tap_ != nullptr) tap_->on_mishap(cell.device_number, Mishap::power_cut, now_);
  finish_power_off(slot);
}

void DeviceShell::abandon(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt}) links_->abort({slot, leg}, Links::Abort::orderly);
  if (cell.foreign) cell.foreign->release(arena_->pool());
}

void DeviceShell::finish_power_off(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  for (const Leg leg : {Leg::bootstrap, Leg::mqtt}) links_->abort({slot, leg}, Links::Abort::orderly);
  cell.device.release(arena_->pool());
  if (cell.foreign) cell.foreign->release(arena_->pool());
  reports_.drop(slot, cell);
  observer_.commands_failed(cell, traffic_.drop(cell), "switched off before it was published");
  observer_.on_power_off(cell, now_);
  cell.wanted.reset();
  cell.gate = Gate::none;
  cell.power = Power::off;
  observer_.powered_off(cell.group);
  if (tap_ != nullptr) tap_->on_mishap(cell.device_number, Mishap::powered_off, now_);
  if (cell.holds_place) give_back_place(cell);
}

void DeviceShell::order_publishes(std::uint32_t slot, std::uint32_t count) {
  DeviceCell& cell = cells_[slot];
  if (cell.power != Power::on) {
    observer_.commands_failed(cell, count, "switched off");
    return;
  }
  traffic_.order(cell, count);
  pump_later(slot);
}

void DeviceShell::join_load(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  if (cell.power != Power::on) return;  // it joins when it comes online
  traffic_.join_load(cell, now_);
  pump_later(slot);
  touch(slot);
}

}  // namespace fleetsim::sim
