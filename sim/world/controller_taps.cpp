// What those who listen to a run are told between its windows: whether anything is done wrong just now, and where data is kept.
#include <algorithm>

#include "sim/faults/list.hpp"
#include "sim/world/controller.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

TappedDevices Controller::tapped(GroupIndex group, DeviceRange part) const {
  return {.first = static_cast<std::uint32_t>(parts_.roster.groups[group].first + part.first),
          .count = static_cast<std::uint32_t>(part.count)};
}

void Controller::begin_taps() {
  for (const platform::MisbehaviourRule& rule : parts_.scenario.platform.misbehaviour)
    wrongs_[rule.name.empty() ? rule.kind : rule.name] = kNever;
  if (parts_.options.taps != nullptr) serve_taps();
}

/// A crash has no end that it says: it is over when the platform is back.
void Controller::note_fault(const FaultSpec& fault, const std::string& name) {
  const FaultKind* const kind = find_fault_kind(fault.kind);
  Instant ends = fault.until == fault_forever ? kNever : now() + fault.until;
  if (kind != nullptr && kind->target == FaultTarget::platform_crash)
    ends = now() + fault.from + FaultArguments(kind->parameters, fault.arguments).duration("downtime");
  wrongs_[name] = ends;
}

void Controller::serve_taps() {
  const Instant at = now();
  std::erase_if(wrongs_, [at](const auto& wrong) { return wrong.second <= at; });
  const Phase phase = wrongs_.empty() ? Phase::healed : Phase::faulty;
  if (phase != phase_) {
    phase_ = phase;
    parts_.options.taps->on_phase(phase, at);
  }
  parts_.options.taps->on_quiet(at);
}

void Controller::tell_kept() {
  if (parts_.options.taps == nullptr || parts_.platform == nullptr) return;
  const Instant at = now();
  parts_.platform->look_at_kept([&](std::size_t device, std::span<const std::uint16_t> instances) {
    parts_.options.taps->on_kept(static_cast<std::uint32_t>(device), instances, at);
  });
}

}  // namespace fleetsim::sim
