// World `virtual`: a platform and shards of devices in simulated time. One seed decides everything: windows as long as the least latency
// run on all threads, nothing that happens within one is felt on the other side before the next, and between two of them all is quiet. So
// the number of threads changes nothing but the time it takes.
//
//   VirtualWorld world({.network = ..., .shards = 4, .threads = 2, .seed = 1}, roster, endpoints);
//   world.clock().pass(std::chrono::seconds{1});
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/fleet.hpp"
#include "sim/virtual/link_routes.hpp"
#include "sim/virtual/side_listeners.hpp"
#include "sim/virtual/simulated_tls.hpp"
#include "sim/virtual/virtual_endpoints.hpp"
#include "sim/virtual/virtual_platform.hpp"
#include "sim/virtual/virtual_schedules.hpp"
#include "sim/virtual/virtual_shard.hpp"
#include "sim/virtual/window_workers.hpp"
#include "sim/virtual/wire.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/run_clock.hpp"
#include "sim/world/run_taps.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

class VirtualWorld final : public RunClock {
 public:
  struct Settings {
    NetworkSettings network;
    FleetPlaces places = {};  // routes of the network name them
    std::uint64_t seed = 1;
    std::uint32_t shards = 1;
    std::size_t threads = 1;
    std::function<Duration()> spent;          // the host's time since the run began
    const std::atomic<bool>* stop = nullptr;  // looked at between windows
    const ForeignMaker* foreign = nullptr;    // whose engines the devices have; null: all have ours
  };

  /// How many shards a fleet has: a function of its size alone.
  static std::uint32_t shards_for(std::size_t devices);

  /// Roster, configuration and taps outlive the world; `taps` may be null.
  VirtualWorld(Settings settings, const Roster& roster, const platform::PlatformConfig& config, RunTaps* taps);
  ~VirtualWorld() override;

  const VirtualEndpoints& endpoints() const { return endpoints_; }
  /// TLS is carried out. Before the platform and the shards are made; it outlives the world. Without it TLS costs time and bytes.
  void use_tls(SimulatedTls& tls) { tls_ = &tls; }
  /// Both are owned by the run; they must be gone before the world.
  std::unique_ptr<platform::PlatformHost> make_platform(platform::PlatformConfig config, const platform::Ports& ports,
                                                        RunPlatform::EventSink on_event, platform::DurableState* store = nullptr);
  std::unique_ptr<Shard> make_shard(const Shard::Options& options, const RunRuntime& runtime);
  VirtualPlatform& platform() { return *platform_; }
  /// 32 hexadecimal digits over everything that the wire has said so far.
  std::string trace_hash() const { return hex_text(listeners_.trace()); }

  // RunClock
  Instant now() const override { return now_; }
  void pass(Duration duration) override { pass_windows(duration, ~std::size_t{0}); }
  void pass_turn(Duration at_most) override { pass_windows(at_most, 1); }
  void keep_to_one_thread() override { workers_.stay_alone(); }
  Duration look_interval() const override { return std::chrono::milliseconds{50}; }
  Duration spent() const override { return settings_.spent(); }

  // Of the parts of this world.
  const WireFacts& wire() const { return wire_; }
  Duration window() const { return window_; }
  SimulatedTls* tls() const { return tls_; }
  const ForeignMaker* foreign() const { return settings_.foreign; }
  bool has_wire_listener() const { return listeners_.has_wire_guest(); }
  SideTap* device_tap(std::size_t shard) { return listeners_.device_side(shard); }
  LinkProxy* between(std::size_t shard) const { return listeners_.between(shard); }
  void placed(const DeviceSpec& spec, std::uint32_t slot) { slots_[spec.number] = slot; }
  std::uint32_t slot_of(std::uint32_t device) const { return slots_[device]; }
  std::uint32_t slot_of(const DeviceSpec& spec) const { return slots_[spec.number]; }
  const IpAddress& address_of(std::uint32_t device) const { return roster_.devices[device].address; }
  VirtualSchedules& schedules() { return schedules_; }

 private:
  Instant next_event() const;
  void pass_windows(Duration duration, std::size_t windows);
  void run_window(std::int64_t window, Instant until);
  void exchange();

  Settings settings_;
  const Roster& roster_;
  SideListeners listeners_;
  VirtualEndpoints endpoints_;
  LinkRoutes routes_;
  Duration window_;
  WireFacts wire_;
  VirtualSchedules schedules_;
  WindowWorkers workers_;
  SimulatedTls* tls_ = nullptr;
  VirtualPlatform* platform_ = nullptr;
  std::vector<VirtualShard*> shards_;
  RunTaps* taps_;
  std::vector<std::uint32_t> slots_;  // by position in the roster
  std::vector<std::size_t> tasks_;    // of the window that runs: 0 is the platform, n is shard n - 1
  Instant now_{};
};

}  // namespace fleetsim::sim
