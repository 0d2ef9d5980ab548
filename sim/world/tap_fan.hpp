// Several who listen to one run, as one: each is told everything, in their order.
//
//   TapFan both({&recorder, &feed});
//   options.taps = &both;
#pragma once

#include <memory>
#include <vector>

#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class TapFan final : public RunTaps {
 public:
  /// They outlive it.
  explicit TapFan(std::vector<RunTaps*> guests);
  ~TapFan() override;

  void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) override;
  SideTap* device_side(std::size_t shard) override;
  SideTap* platform_side() override;
  /// When one of them does; then all of them are told.
  bool wants_wire() const override;
  /// The first who wants to.
  LinkProxy* between(std::size_t shard) override;
  void on_distribute(TappedDevices devices, std::span<const std::string> targets, Instant now) override;
  void on_retry(Instant now) override;
  void on_change(TappedDevices devices, Change change, Instant now) override;
  void on_phase(Phase phase, Instant now) override;
  void on_probe(const ProbeOutcome& outcome, Instant now) override;
  void on_kept(std::uint32_t device, std::span<const std::uint16_t> instances, Instant now) override;
  void at_end(Instant now) override;
  bool on_quiet(Instant now) override;

 private:
  class Side;
  SideTap* fan_out(std::vector<SideTap*> guests);

  std::vector<RunTaps*> guests_;
  std::vector<std::unique_ptr<Side>> sides_;
};

}  // namespace fleetsim::sim
