// Who listens to a simulation: its trace hash always, and whoever the run was given besides.
//
//   SideListeners listeners(taps, shards);
//   links.tap(listeners.device_side(shard));
//   hex_text(listeners.trace());
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "sim/trace/trace_hash.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class SideListeners {
 public:
  SideListeners(RunTaps* taps, std::size_t shards);

  /// Before the first device is there.
  void begin(const RunRuntime& runtime, const Roster& roster);
  /// Somebody besides the hash hears what the platform sees of the wire.
  bool has_wire_guest() const { return sides_.back().wire != nullptr; }
  SideTap* device_side(std::size_t shard) { return &sides_[shard]; }
  SideTap* platform_side() { return &sides_.back(); }
  LinkProxy* between(std::size_t shard) const { return taps_ == nullptr ? nullptr : taps_->between(shard); }
  /// Of all that the wire has said so far, the shards in their order, then the platform.
  TraceDigest trace() const;

 private:
  class Side final : public SideTap {
   public:
    void on_wire(const WireEvent& event) override {
      hash.on_wire(event);
      if (wire != nullptr) wire->on_wire(event);
    }
    void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
      if (next != nullptr) next->on_device_event(device, event, now);
    }
    void on_platform_event(const platform::PlatformEvent& event, Instant now) override {
      if (next != nullptr) next->on_platform_event(event, now);
    }
    void on_mishap(std::uint32_t device, Mishap mishap, Instant now) override {
      if (next != nullptr) next->on_mishap(device, mishap, now);
    }
    void on_ciphertext(const WireEvent& event) override {
      if (wire != nullptr) wire->on_ciphertext(event);
    }
    void on_boot(std::uint32_t device, Flash& flash, Instant now) override {
      if (next != nullptr) next->on_boot(device, flash, now);
    }
    void on_flash_write(std::uint32_t device, Instant now) override {
      if (next != nullptr) next->on_flash_write(device, now);
    }
    Duration clock_error(std::uint32_t device) const override { return next == nullptr ? Duration{0} : next->clock_error(device); }
    void on_kept_back(const WireEvent& event) override {
      hash.on_kept_back(event);
      if (wire != nullptr) wire->on_kept_back(event);
    }
    TraceHash hash;
    SideTap* next = nullptr;  // the guest, if there is one
    SideTap* wire = nullptr;  // likewise, if it wants to hear of the wire
  };

  RunTaps* taps_;
  std::vector<Side> sides_;
};

}  // namespace fleetsim::sim
