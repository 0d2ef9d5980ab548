#include "sim/virtual/side_listeners.hpp"

namespace fleetsim::sim {

SideListeners::SideListeners(RunTaps* taps, std::size_t shards) : taps_(taps), sides_(shards + 1) {}

void SideListeners::begin(const RunRuntime& runtime, const Roster& roster) {
  if (taps_ == nullptr) return;
  const std::size_t shards = sides_.size() - 1;
  taps_->begin(runtime, roster, shards);
  for (std::size_t i = 0; i < shards; ++i) sides_[i].next = taps_->device_side(i);
  sides_.back().next = taps_->platform_side();
  if (taps_->wants_wire())
    for (Side& side : sides_) side.wire = side.next;
}

TraceDigest SideListeners::trace() const {
  std::vector<TraceDigest> parts;
  parts.reserve(sides_.size());
  for (const Side& side : sides_) parts.push_back(side.hash.digest());
  return combined(parts);
}

}  // namespace fleetsim::sim
