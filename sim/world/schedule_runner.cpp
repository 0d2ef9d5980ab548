#include "sim/world/schedule_runner.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

void ScheduleRunner::place(std::uint16_t group, std::uint32_t position, std::uint32_t slot) {
  std::vector<std::uint32_t>& slots = slots_[group];
  if (slots.size() <= position) slots.resize(std::size_t{position} + 1, elsewhere);
  slots[position] = slot;
  devices_in_[group].push_back(slot);
}

void ScheduleRunner::start(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start) {
  Running running{.group = group, .schedule = std::move(schedule), .start = start};
  look_ahead(running);
  running_.push_back(std::move(running));
  drop_done();
}

void ScheduleRunner::look_ahead(Running& running) {
  const auto change = running.schedule->nth(running.next);
  if (!change) {
    running.done = true;
    running.due = kNever;
    return;
  }
  ++running.next;
  running.change = *change;
  running.due = running.start + change->at;
}

void ScheduleRunner::advance(Instant now) {
  std::uint32_t changes = 0;
  for (Running& running : running_) {
    while (!running.done && running.due <= now && changes < changes_per_turn) {
      act(running);
      look_ahead(running);
      ++changes;
    }
  }
  drop_done();
}

void ScheduleRunner::act(const Running& running) {
  const std::vector<std::uint32_t>& slots = slots_[running.group];
  if (running.change.device >= slots.size()) return;
  const std::uint32_t slot = slots[running.change.device];
  if (slot == elsewhere) return;
  if (running.change.up) {
    shell_.arrive(slot, running.due, running.schedule->open_model() ? ArrivalModel::open : ArrivalModel::closed);
  } else {
    shell_.power_off(slot);
  }
}

void ScheduleRunner::cancel(std::uint16_t group) {
  for (Running& running : running_) running.done |= running.group == group;
  drop_done();
}

void ScheduleRunner::drop_done() {
  const std::size_t ended = std::erase_if(running_, [](const Running& running) { return running.done; });
  counters_.schedules_running.fetch_sub(ended, std::memory_order_relaxed);
}

Instant ScheduleRunner::deadline() const {
  Instant at = kNever;
  for (const Running& running : running_) at = std::min(at, running.due);
  return at;
}

}  // namespace fleetsim::sim
