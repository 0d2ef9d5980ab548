// What faults make of devices themselves: clocks that are wrong, power that goes. Paho's devices have the host's clock and power.
#include <fmt/format.h>

#include "sim/world/device_shell.hpp"
#include "sim/world/fleet_identities.hpp"

namespace fleetsim::sim {
namespace {

/// Faults on clocks and power pass it by.
bool is_beyond_faults(const DeviceCell& cell) { return cell.foreign && !cell.foreign->obeys_faults(); }

}  // namespace

DevicePlace DeviceShell::place_of(const DeviceCell& cell) const {
  return {.who = fleet_index(cell.group, cell.index), .group = cell.group, .region = cell.region};
}

LinkPlace DeviceShell::link_place(const DeviceCell& cell, const WantedLink& wanted) const {
  const DevicePlace device = place_of(cell);
  if (runtime_.faults == nullptr) return {.who = device.who, .leg = wanted.leg};
  const auto region = runtime_.region_of_host.find(fmt::format("{}:{}", wanted.host, wanted.port));
  return {.who = device.who,
          .group = cell.group,
          .region = region == runtime_.region_of_host.end() ? std::uint16_t{0} : region->second,
          .leg = wanted.leg};
}

Instant DeviceShell::device_now(const DeviceCell& cell) const {
  if (runtime_.faults == nullptr || is_beyond_faults(cell)) return now_;
  return runtime_.faults->clock(place_of(cell), now_);
}

Duration DeviceShell::tls_clock_error(std::uint32_t slot) const {
  const auto read = clocks_read_.find(slot);
  return read == clocks_read_.end() ? clock_error(cells_[slot]) : read->second;
}

Instant DeviceShell::device_deadline(const DeviceCell& cell) const {
  const Instant deadline = cell.foreign ? cell.foreign->next_deadline() : cell.device.next_deadline();
  if (runtime_.faults == nullptr || !runtime_.faults->bends_clocks() || is_beyond_faults(cell)) return deadline;
  return runtime_.faults->clock_reaches(place_of(cell), deadline, now_);
}

void DeviceShell::faults_changed() {
  for (std::uint32_t slot = 0; slot < size(); ++slot) touch(slot);
}

std::size_t DeviceShell::actions_before_cut(std::uint32_t slot, std::size_t actions) {
  const DeviceCell& cell = cells_[slot];
  if (runtime_.faults == nullptr || !runtime_.faults->cuts_power() || is_beyond_faults(cell) || cell.power != Power::on) return actions;
  const auto cut = runtime_.faults->cut_in_step(place_of(cell), now_, actions, power_draw(slot));
  if (!cut) return actions;
  lose_power(slot, cut->off);
  return cut->done;
}

std::size_t DeviceShell::bytes_before_cut(std::uint32_t slot, std::size_t bytes) {
  const DeviceCell& cell = cells_[slot];
  // A step that is cut anyway does the writes before the cut as they are.
  if (runtime_.faults == nullptr || !runtime_.faults->cuts_power() || is_beyond_faults(cell) || cell.power != Power::on ||
      cell.power_is_lost)
    return bytes;
  const auto cut = runtime_.faults->cut_in_write(place_of(cell), now_, bytes, power_draw(slot));
  if (!cut) return bytes;
  lose_power(slot, cut->off);
  return cut->done;
}

RandomStream& DeviceShell::power_draw(std::uint32_t slot) {
  while (power_draws_.size() <= slot) {
    const auto next = static_cast<std::uint32_t>(power_draws_.size());
    power_draws_.push_back(RandomStream::fork(runtime_.scenario->seed, "power cuts", place_of(cells_[next]).who));
  }
  return power_draws_[slot];
}

/// Nothing more of the device is carried out from here on; the turn that it is in has to end first.
void DeviceShell::lose_power(std::uint32_t slot, Duration off) {
  DeviceCell& cell = cells_[slot];
  cell.power_is_lost = true;
  cell.power_back_at = off >= kNever - now_ ? kNever : now_ + off;
  follow_ups_.push({.slot = slot, .kind = FollowUpKind::power_lost});
  touch(slot);
}

void DeviceShell::finish_power_loss(std::uint32_t slot) {
  DeviceCell& cell = cells_[slot];
  if (!cell.power_is_lost) return;
  const Instant back_at = cell.power_back_at;
  links_->flush();  // what was sent before is on its way
  power_cut(slot);
  cell.power_back_at = back_at;
}

/// Somebody has switched the device on or off: the fault has no say any more.
void DeviceShell::forget_power_loss(DeviceCell& cell) {
  cell.power_is_lost = false;
  cell.power_back_at = kNever;
}

}  // namespace fleetsim::sim
