#include "sim/trace/recorder.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace fleetsim::sim {
namespace {

// For captures: no host has chosen a port for what never left it. Above those of simulated links.
constexpr std::uint32_t kept_back_port_first = 60'800;
constexpr std::uint32_t kept_back_ports = 4'000;

std::vector<std::uint32_t> in_order(std::vector<std::uint32_t> devices) {
  std::sort(devices.begin(), devices.end());
  return devices;
}

template <class Value>
void append(std::vector<Value>& to, std::vector<Value>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

TraceRecorder::TraceRecorder(std::vector<std::uint32_t> devices, RecorderLimits limits)
    : devices_(in_order(std::move(devices))), limits_(limits) {
  for (const std::uint32_t device : devices_) kept_[device];
}

bool TraceRecorder::wants(std::uint32_t device) const { return std::binary_search(devices_.begin(), devices_.end(), device); }

void TraceRecorder::on_wire(const WireEvent& event) {
  if (!wants(event.device)) return;
  const std::lock_guard lock(mutex_);
  keep(kept_[event.device], event, false);
}

void TraceRecorder::on_kept_back(const WireEvent& event) {
  if (!wants(event.device)) return;
  const std::lock_guard lock(mutex_);
  Kept& kept = kept_[event.device];
  std::uint32_t& attempts = kept.kept_back[static_cast<std::size_t>(event.leg)];
  if (event.kind == WireKind::opening) ++attempts;
  WireEvent counted = event;
  counted.connection = attempts;
  counted.device_port = static_cast<std::uint16_t>(kept_back_port_first + attempts % kept_back_ports);
  keep(kept, counted, true);
}

void TraceRecorder::keep(Kept& kept_of_device, const WireEvent& event, bool is_kept_back) {
  End& end = kept_of_device.ends[static_cast<std::size_t>(event.teller)];
  const std::uint64_t sequence = end.told++;
  // What is kept is a beginning without gaps: a byte stream with a hole could not be read.
  end.full = end.full || end.events.size() == limits_.events_max || end.bytes + event.bytes.size() > limits_.bytes_max;
  if (end.full) return;
  end.bytes += event.bytes.size();
  RecordedEvent kept{event, {event.bytes.begin(), event.bytes.end()}, sequence, is_kept_back};
  kept.event.bytes = {};
  end.events.push_back(std::move(kept));
}

void TraceRecorder::note(TraceNote note) {
  if (!wants(note.device)) return;
  const std::lock_guard lock(mutex_);
  Kept& kept = kept_[note.device];
  const auto side = static_cast<std::size_t>(note.side);
  note.sequence = kept.noted[side]++;
  if (kept.notes[side].size() < limits_.events_max) kept.notes[side].push_back(std::move(note));
}

Recording TraceRecorder::take(std::uint32_t device) {
  Kept kept;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(device); found != kept_.end()) kept = std::move(kept_.extract(found).mapped());
  }
  return recording_of(device, std::move(kept));
}

Recording TraceRecorder::look(std::uint32_t device) {
  Kept kept;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(device); found != kept_.end()) kept = found->second;
  }
  return recording_of(device, std::move(kept));
}

Recording TraceRecorder::recording_of(std::uint32_t device, Kept kept) {
  Recording recording;
  recording.device = device;
  for (End& end : kept.ends) {
    recording.events_left_out += end.told - end.events.size();
    append(recording.events, end.events);
  }
  for (std::size_t side = 0; side < sides; ++side) {
    recording.notes_left_out += kept.noted[side] - kept.notes[side].size();
    append(recording.notes, kept.notes[side]);
  }
  std::sort(recording.events.begin(), recording.events.end(), [](const RecordedEvent& a, const RecordedEvent& b) {
    return std::tie(a.event.at, a.event.teller, a.sequence) < std::tie(b.event.at, b.event.teller, b.sequence);
  });
  std::sort(recording.notes.begin(), recording.notes.end(),
            [](const TraceNote& a, const TraceNote& b) { return std::tie(a.at, a.side, a.sequence) < std::tie(b.at, b.side, b.sequence); });
  return recording;
}

}  // namespace fleetsim::sim
