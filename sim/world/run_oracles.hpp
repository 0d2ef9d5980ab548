// All invariants of one run in world `virtual`, as the one who listens to it: a watch for each shard and one for the platform, told what
// happens on their threads and what the controller does; what they found is put together at the end.
//
//   RunOracles oracles(scenario);
//   run_scenario(scenario, {.taps = &oracles});
//   const Findings found = oracles.findings();      // or: oracles.add_to(*result);
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/invariants/invariant_watch.hpp"
#include "sim/report/run_result.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/roster_index.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class RunOracles final : public RunTaps {
 public:
  /// The scenario must outlive it, and is the one that is run: nothing is left to draw.
  explicit RunOracles(const Scenario& scenario);
  ~RunOracles() override;

  Findings findings() const;
  /// What they found, as part of the run's result: violations, of which the first are told, and a verdict that knows of them.
  void add_to(RunResult& result) const;
  /// "pk/dn". Like findings(), also when the run is over and its devices are gone.
  const std::string& device_name(std::uint32_t device) const { return names_[device]; }

  // RunTaps
  void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) override;
  SideTap* device_side(std::size_t shard) override;
  SideTap* platform_side() override;
  void on_distribute(TappedDevices devices, std::span<const std::string> targets, Instant now) override;
  void on_retry(Instant now) override;
  void on_change(TappedDevices devices, Change change, Instant now) override;
  void on_phase(Phase phase, Instant now) override;
  void on_probe(const ProbeOutcome& outcome, Instant now) override;
  void on_kept(std::uint32_t device, std::span<const std::uint16_t> instances, Instant now) override;
  void at_end(Instant now) override;

 private:
  class Side;
  struct Order {
    TappedDevices devices;
    std::vector<std::uint16_t> targets;
  };

  void gather_facts(const RunRuntime& runtime, const Roster& roster, std::size_t shards);
  void tell(const FleetOrder& order);
  std::vector<std::uint16_t> positions_of(std::span<const std::string> instances) const;

  const Scenario& scenario_;
  FleetFacts facts_;
  std::vector<std::string> names_;
  std::vector<device::Identity> identities_;  // what the facts' texts are views of
  std::unique_ptr<RosterIndex> index_;
  std::vector<std::unique_ptr<Side>> sides_;  // the shards', then the platform's
  std::vector<Order> orders_;
};

}  // namespace fleetsim::sim
