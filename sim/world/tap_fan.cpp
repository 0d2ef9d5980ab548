#include "sim/world/tap_fan.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

class TapFan::Side final : public SideTap {
 public:
  explicit Side(std::vector<SideTap*> guests) : guests_(std::move(guests)) {}

  void on_wire(const WireEvent& event) override {
    for (SideTap* const guest : guests_) guest->on_wire(event);
  }
  void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
    for (SideTap* const guest : guests_) guest->on_device_event(device, event, now);
  }
  void on_platform_event(const platform::PlatformEvent& event, Instant now) override {
    for (SideTap* const guest : guests_) guest->on_platform_event(event, now);
  }
  void on_mishap(std::uint32_t device, Mishap mishap, Instant now) override {
    for (SideTap* const guest : guests_) guest->on_mishap(device, mishap, now);
  }
  void on_ciphertext(const WireEvent& event) override {
    for (SideTap* const guest : guests_) guest->on_ciphertext(event);
  }
  void on_boot(std::uint32_t device, Flash& flash, Instant now) override {
    for (SideTap* const guest : guests_) guest->on_boot(device, flash, now);
  }
  void on_flash_write(std::uint32_t device, Instant now) override {
    for (SideTap* const guest : guests_) guest->on_flash_write(device, now);
  }
  /// Of the first who has something to say of it.
  Duration clock_error(std::uint32_t device) const override {
    for (const SideTap* const guest : guests_)
      if (const Duration error = guest->clock_error(device); error != Duration{0}) return error;
    return Duration{0};
  }
  void on_kept_back(const WireEvent& event) override {
    for (SideTap* const guest : guests_) guest->on_kept_back(event);
  }

 private:
  const std::vector<SideTap*> guests_;
};

TapFan::TapFan(std::vector<RunTaps*> guests) : guests_(std::move(guests)) {}
TapFan::~TapFan() = default;

/// Nobody, the only one, or all of them.
SideTap* TapFan::fan_out(std::vector<SideTap*> guests) {
  std::erase(guests, nullptr);
  if (guests.size() < 2) return guests.empty() ? nullptr : guests.front();
  return sides_.emplace_back(std::make_unique<Side>(std::move(guests))).get();
}

void TapFan::begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) {
  for (RunTaps* const guest : guests_) guest->begin(runtime, roster, shards);
}

SideTap* TapFan::device_side(std::size_t shard) {
  std::vector<SideTap*> sides;
  for (RunTaps* const guest : guests_) sides.push_back(guest->device_side(shard));
  return fan_out(std::move(sides));
}

SideTap* TapFan::platform_side() {
  std::vector<SideTap*> sides;
  for (RunTaps* const guest : guests_) sides.push_back(guest->platform_side());
  return fan_out(std::move(sides));
}

bool TapFan::wants_wire() const {
  return std::any_of(guests_.begin(), guests_.end(), [](const RunTaps* guest) { return guest->wants_wire(); });
}

LinkProxy* TapFan::between(std::size_t shard) {
  for (RunTaps* const guest : guests_)
    if (LinkProxy* const proxy = guest->between(shard); proxy != nullptr) return proxy;
  return nullptr;
}

void TapFan::on_distribute(TappedDevices devices, std::span<const std::string> targets, Instant now) {
  for (RunTaps* const guest : guests_) guest->on_distribute(devices, targets, now);
}

void TapFan::on_retry(Instant now) {
  for (RunTaps* const guest : guests_) guest->on_retry(now);
}

void TapFan::on_change(TappedDevices devices, Change change, Instant now) {
  for (RunTaps* const guest : guests_) guest->on_change(devices, change, now);
}

void TapFan::on_phase(Phase phase, Instant now) {
  for (RunTaps* const guest : guests_) guest->on_phase(phase, now);
}

void TapFan::on_probe(const ProbeOutcome& outcome, Instant now) {
  for (RunTaps* const guest : guests_) guest->on_probe(outcome, now);
}

void TapFan::on_kept(std::uint32_t device, std::span<const std::uint16_t> instances, Instant now) {
  for (RunTaps* const guest : guests_) guest->on_kept(device, instances, now);
}

void TapFan::at_end(Instant now) {
  for (RunTaps* const guest : guests_) guest->at_end(now);
}

bool TapFan::on_quiet(Instant now) {
  bool wants_a_look = false;
  for (RunTaps* const guest : guests_) wants_a_look = guest->on_quiet(now) || wants_a_look;
  return wants_a_look;
}

}  // namespace fleetsim::sim
