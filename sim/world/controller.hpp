// The controller of a run: starts groups, runs the steps in order, watches time, thresholds and Ctrl-C, and reports progress.
// One thread, the caller's. How time passes between its looks is the clock's: it sleeps, or runs the simulation.
//
//   Controller controller(parts);
//   controller.run();                 // returns when the run is over, for whatever reason
//   controller.ended(); controller.step_report();
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/faults/fault_set.hpp"
#include "sim/fleet.hpp"
#include "sim/steps/list.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/external_platform.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/generator_health_meter.hpp"
#include "sim/world/prober.hpp"
#include "sim/world/run_clock.hpp"
#include "sim/world/run_cross_check.hpp"
#include "sim/world/run_fleet.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class Controller final : public StepHost {
 public:
  struct Parts {
    const Scenario& scenario;
    const RunOptions& options;
    const Roster& roster;
    const RunRuntime& runtime;
    RunFleet& fleet;
    RunClock& clock;
    Prober& prober;
    const ConnectionCensus& census;
    RunPlatform* platform = nullptr;      // world external: none
    ExternalPlatform* managed = nullptr;  // world external, when its management API is known
    FaultSet* faults = nullptr;           // null: nothing can go wrong
    std::uint64_t resident_before = 0;
  };
  enum class End : std::uint8_t { running, done, interrupted, out_of_time, threshold };

  explicit Controller(const Parts& parts);

  void run();

  End ended() const { return end_; }
  /// The threshold that ended the run, as it was at that moment.
  const std::optional<ThresholdResult>& crossed() const { return crossed_; }
  const StepReport& step_report() const { return step_report_; }
  const std::vector<StepResult>& steps() const { return steps_; }
  const WorkMeter& meter() const { return meter_; }
  double elapsed_seconds() const { return elapsed_seconds_; }
  /// Online at the end; of a group that a step powered off, online just before that.
  std::uint64_t online_at_end();
  std::uint64_t online_at_end(GroupIndex group);
  /// World external: what was asked to move by a step that expected it to strand, and has not moved.
  std::uint64_t stranded_elsewhere(GroupIndex group);
  /// What was wrong with the devices of a group just before a step powered it off: the shards' reports do not tell that any more.
  struct OffBooks {
    std::uint64_t online = 0;
    std::vector<DeviceFailure> failures;
    std::uint64_t failures_total = 0;
  };
  /// The share of a group's devices that a step expects to be stranded at the end.
  const std::map<GroupIndex, double>& stranded_expected() const { return stranded_expected_; }
  /// Of every group that is off because a step wanted it so.
  std::vector<const OffBooks*> off_books() const;
  /// How often each fault acted, but for those that are rules of the platform: their firings are its misbehaviour.
  std::map<std::string, std::uint64_t> faults_acted() const;

  // StepHost
  Instant now() const override;
  bool pause(Duration duration) override;
  bool pause_for_turn(Duration at_most) override;
  std::string_view why_over() const override;
  StepReport perform(const Step& step) override;
  ArrivalPlan begin_by_itself(GroupIndex group) override;
  void end_run() override { ends_here_ = true; }
  void violated(std::string what) override { step_report_.violations.push_back(std::move(what)); }
  std::vector<GroupIndex> groups(const std::vector<std::string>& names) const override;
  std::uint64_t device_count(GroupIndex group) const override { return parts_.roster.groups[group].count; }
  std::uint64_t online(GroupIndex group) override { return parts_.fleet.online(group); }
  MoveCount moves(GroupIndex group) override;
  PublishCount publishes() override;
  std::uint64_t still_up(const std::vector<GroupIndex>& groups) override;
  std::vector<DeviceFailure> failures() override;
  ArrivalPlan begin_arrivals(GroupIndex group) override;
  void begin_load(GroupIndex group) override;
  void publish(GroupIndex group, const PublishStep& step) override;
  void power_off(GroupIndex group, const PowerOffStep& step) override;
  void report(GroupIndex group, const ReportStep& step) override;
  WorkCount refused_reports() override;
  Result<std::size_t, std::string> find_device(std::string_view name) const override;
  DevicePicture picture(std::size_t device) override { return parts_.fleet.picture(parts_.roster.spec(device)); }
  std::string command(std::size_t device, const DeviceOrder& order) override;
  void expect_stranded(GroupIndex group, double share) override { stranded_expected_[group] = share; }
  JobCount retry_jobs(const std::string& name) override;
  WorkCount begin_upgrade(GroupIndex group, const UpgradeStep& step) override;
  WorkCount set_property(GroupIndex group, const SetPropertyStep& step) override;
  WorkCount join_group(GroupIndex group, const JoinGroupStep& step) override;
  WorkCount change_devices(GroupIndex group, const ChangeDevicesStep& step) override;
  WorkCount look(GroupIndex group, const ExpectStep& step) override;
  std::uint64_t in_handover(GroupIndex group) override;
  HandoverOutcome hand_over(GroupIndex group, DeviceRange devices, const DistributeStep& step) override;
  std::string misbehave(const platform::MisbehaviourRule& rule) override;
  std::string inject(const FaultSpec& fault) override;
  Result<std::string, std::string> inject(OwnFault own) override;
  HealOutcome heal(const std::vector<std::string>& names) override;
  ProbeOutcome probe(const std::vector<GroupIndex>& groups, std::uint32_t sample) override;

 private:
  struct GroupState {
    std::shared_ptr<const ArrivalSchedule> schedule;
    bool named_by_step = false;
    bool started = false;
    Instant start{};
    ArrivalPlan plan;
    std::uint64_t up_at_end = 0;  // fewer than plan.expected: the executor takes devices down again
    std::optional<Instant> load_start;
    std::optional<OffBooks> before_off;
  };

  // controller.cpp: the timeline
  void run_steps();
  void carry_out(const Step& step, std::size_t number);
  void outlast_executors();
  void judge_cut();
  bool group_is_over(GroupIndex group);
  bool has_an_end(GroupIndex group) const;
  void start_group(GroupIndex group, Instant start);
  void make_plan(GroupIndex group);
  void tell_step(const Step& step, const char* kind);

  // controller_faults.cpp
  void begin_faults();
  void serve_faults();
  std::string tell_platform(const PlatformChange& change);

  // controller_taps.cpp: what those who listen to the run are told between its windows
  TappedDevices tapped(GroupIndex group, DeviceRange part) const;
  TappedDevices tapped(GroupIndex group) const { return tapped(group, {0, device_count(group)}); }
  void begin_taps();
  void note_fault(const FaultSpec& fault, const std::string& name);
  void serve_taps();
  void tell_kept();

  // controller_watch.cpp: what goes on while time passes
  Duration to_next_look() const;
  void serve();
  void serve_loads();
  void take_sample();
  void tell_progress();
  void check_thresholds();
  void close_power_off_books(GroupIndex group);
  PlatformOrders* orders() const;
  Result<std::vector<bool>, std::string> all_in_handover();

  Parts parts_;
  std::vector<GroupState> groups_;
  StepReport step_report_;
  std::vector<StepResult> steps_;  // in the order of the scenario's
  WorkMeter meter_;
  End end_ = End::running;
  bool ends_here_ = false;  // by a step
  double elapsed_seconds_ = 0;
  std::string step_label_;
  std::uint64_t publishes_ordered_ = 0;
  std::size_t distribute_entry_ = 0;
  bool distribute_used_ = false;
  std::map<GroupIndex, double> stranded_expected_;
  std::map<std::string, Instant> wrongs_;                   // faults and rules of the platform that are on or to come, and when they end
  Phase phase_ = Phase::faulty;                             // as it was told last
  std::map<std::string, std::uint64_t> fault_rules_fired_;  // of faults that the platform is told of, once they are taken back
  Instant began_{};                                         // what duration_max counts from: set-up is not the run's

  Duration next_sample_{0};  // of the host's time, as the next
  Duration next_progress_{0};
  Instant next_load_look_{};
  Instant next_threshold_look_{};
  Instant last_progress_{};
  FleetTotals last_totals_;
  std::uint64_t fleet_cpu_us_ = 0;
  std::vector<Threshold> aborting_;
  std::vector<Duration> aborting_delay_;
  std::optional<ThresholdResult> crossed_;
};

}  // namespace fleetsim::sim
