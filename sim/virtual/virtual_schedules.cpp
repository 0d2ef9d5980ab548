#include "sim/virtual/virtual_schedules.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

VirtualSchedules::VirtualSchedules(const Roster& roster) : devices_(roster.groups.size()) {
  for (std::size_t i = 0; i < roster.devices.size(); ++i) {
    std::vector<std::uint32_t>& group = devices_[roster.devices[i].group];
    const std::size_t position = roster.devices[i].position;
    if (group.size() <= position) group.resize(position + 1, elsewhere);
    group[position] = static_cast<std::uint32_t>(i);
  }
}

void VirtualSchedules::start(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start) {
  Running running{.group = group, .schedule = std::move(schedule), .start = start};
  look_ahead(running);
  if (running.due != kNever) running_.push_back(std::move(running));
}

void VirtualSchedules::cancel(std::uint16_t group) {
  std::erase_if(running_, [&](const Running& running) { return running.group == group; });
}

void VirtualSchedules::look_ahead(Running& running) {
  const auto change = running.schedule->nth(running.next);
  if (!change) {
    running.due = kNever;
    return;
  }
  ++running.next;
  running.change = *change;
  running.due = running.start + change->at;
}

Instant VirtualSchedules::next() const {
  Instant at = kNever;
  for (const Running& running : running_) at = std::min(at, running.due);
  return at;
}

void VirtualSchedules::hand_out(Instant until, const std::function<void(std::uint32_t, ScheduledChange)>& give) {
  for (;;) {
    const auto first = std::min_element(running_.begin(), running_.end(), [](const Running& a, const Running& b) { return a.due < b.due; });
    if (first == running_.end() || first->due >= until) return;
    const std::vector<std::uint32_t>& group = devices_[first->group];
    const std::uint32_t device = first->change.device < group.size() ? group[first->change.device] : elsewhere;
    if (device != elsewhere) {
      give(device, {.at = first->due, .slot = 0, .up = first->change.up, .open_model = first->schedule->open_model()});
    }
    look_ahead(*first);
    if (first->due == kNever) running_.erase(first);
  }
}

}  // namespace fleetsim::sim
