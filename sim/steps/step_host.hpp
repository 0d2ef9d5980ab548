// What a step may ask of the run it is part of. The socket world's controller implements it; tests use a scripted one. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "sim/report/run_result.hpp"
#include "sim/scenario/device_order.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

struct OwnFault;

/// Position in Scenario::groups.
using GroupIndex = std::uint16_t;

/// What a group's executor is going to do, for the devices of this process.
struct ArrivalPlan {
  Instant last_up{};           // when the last device is to be brought up
  std::uint64_t expected = 0;  // devices that are meant to be up right after that
};

/// Devices that a distribute step named so far, and how many of them their last job has moved.
struct MoveCount {
  std::uint64_t asked = 0;
  std::uint64_t moved = 0;
};

struct PublishCount {
  std::uint64_t ordered = 0;  // by all publish steps so far
  std::uint64_t pending = 0;  // not yet acknowledged (QoS 0: not yet sent)
  std::uint64_t failed = 0;   // will never be published
  std::string why_failed{};   // the first of them: "pk/dn: too large"
};

/// A part of a group, by position among its devices of this process.
struct DeviceRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// What the platform said to one job.
struct HandoverOutcome {
  std::string refused;                // a whole job: "iot.system.InstanceIdSame: ..."; empty when all were created
  std::uint64_t refused_devices = 0;  // of jobs that were refused as a whole
  std::uint64_t handed_over = 0;
  std::uint64_t failed = 0;   // devices refused one by one
  std::uint64_t waiting = 0;  // devices that the job has not come to
  std::string stopped;        // the job has failed or is stuck; empty: it has not
  std::string first_failure;  // "pk/dn: 6100 device not found"
};

/// A rule of misbehaviour that is set no longer, or a fault that is over.
struct HealedRule {
  enum class What : std::uint8_t { rule, fault };
  std::string name;
  std::uint64_t fired = 0;
  What what = What::rule;
};
struct HealOutcome {
  std::vector<HealedRule> healed;
  std::string error;  // why the platform could not be asked, or a name that nobody knows; empty otherwise
};

struct ProbeOutcome {
  std::uint64_t devices = 0;            // probed
  std::uint64_t left_out = 0;           // in handover still: a probe would move them
  std::vector<std::string> violations;  // accepted nowhere, or at several instances
  std::uint64_t violations_total = 0;
  std::string error;  // why no probe was possible; empty otherwise
  struct Answers {
    std::size_t device = 0;                // position in the roster
    std::vector<std::string> accepted_at;  // instances
    std::vector<std::string> unclear;
  };
  std::vector<Answers> answers;  // of every device that was probed
};

/// How far something is that was asked of many devices.
struct WorkCount {
  std::uint64_t asked = 0;
  std::uint64_t done = 0;
  std::uint64_t refused = 0;
  std::string first_reason{};  // of a refusal, or of one that is not done: "pk/dn: ..."
};

/// Jobs of a distribute step.
struct JobCount {
  std::uint64_t jobs = 0;
  std::uint64_t done = 0;
  std::string last_refusal{};    // of a retry; empty: none was refused
  std::string why_unfinished{};  // of one that has failed or is stuck: "job J1 has failed: …"; empty: none is, or nobody says
};

/// What steps came to.
struct StepReport {
  std::vector<std::string> failures;    // "steps[2] wait_until moved: 998 of 1000 after 60 s"
  std::vector<std::string> violations;  // what an oracle found
};

class StepHost {
 public:
  StepHost() = default;
  StepHost(const StepHost&) = delete;
  StepHost& operator=(const StepHost&) = delete;
  virtual ~StepHost() = default;

  virtual Instant now() const = 0;
  /// Lets time pass while the run goes on. False: the run is over (stopped, out of time, a threshold aborted it); return at once.
  virtual bool pause(Duration duration) = 0;
  /// Lets time pass until something has happened, but not longer. False as for pause().
  virtual bool pause_for_turn(Duration at_most) { return pause(at_most); }

  /// Why no time passes any more: "its duration_max is over"; empty while it does.
  virtual std::string_view why_over() const { return {}; }

  // Of a script.
  /// One more step of the run, to its end: what was wrong with it is the run's, and is told here too.
  virtual StepReport perform(const Step& step) = 0;
  /// The group starts as one that no step names: at its own start time from now on, and its load begins when it is online.
  virtual ArrivalPlan begin_by_itself(GroupIndex group) = 0;
  /// Somebody who watches the run has found that.
  virtual void violated(std::string what) = 0;

  /// The step at hand is the last; what executors and loads still have before them is not waited for.
  virtual void end_run() = 0;

  /// The groups of these names; of none: all.
  virtual std::vector<GroupIndex> groups(const std::vector<std::string>& names) const = 0;
  virtual std::uint64_t device_count(GroupIndex group) const = 0;
  virtual std::uint64_t online(GroupIndex group) = 0;
  virtual MoveCount moves(GroupIndex group) = 0;
  virtual PublishCount publishes() = 0;
  /// Devices of the groups that are not off yet.
  virtual std::uint64_t still_up(const std::vector<GroupIndex>& groups) = 0;
  /// Devices that are not online though they should be, a few of them, with the reason.
  virtual std::vector<DeviceFailure> failures() = 0;

  // Orders: they return at once.
  virtual ArrivalPlan begin_arrivals(GroupIndex group) = 0;
  virtual void begin_load(GroupIndex group) = 0;
  virtual void publish(GroupIndex group, const PublishStep& step) = 0;
  virtual void power_off(GroupIndex group, const PowerOffStep& step) = 0;
  /// Orders of this kind count as publishes until they are answered.
  virtual void report(GroupIndex group, const ReportStep& step) = 0;
  /// Of them, those that the platform has refused so far.
  virtual WorkCount refused_reports() = 0;
  /// From here on it is no failure that devices of the group are stranded at the end; it is one that they are not.
  virtual void expect_stranded(GroupIndex group, double share) = 0;

  // One device, by its position in the roster.
  /// The error says why there is no such device.
  virtual Result<std::size_t, std::string> find_device(std::string_view name) const = 0;
  virtual DevicePicture picture(std::size_t device) = 0;
  /// Returns at once; the error says why it cannot be done to this device, empty: it is.
  virtual std::string command(std::size_t device, const DeviceOrder& order) = 0;

  // These wait for their result.
  virtual HandoverOutcome hand_over(GroupIndex group, DeviceRange devices, const DistributeStep& step) = 0;
  /// Sets a rule; the error says why not, empty: it is set.
  virtual std::string misbehave(const platform::MisbehaviourRule& rule) = 0;
  /// Adds a fault; the error says why not, empty: it is on.
  virtual std::string inject(const FaultSpec& fault) = 0;
  /// A fault that is none of the list (sim/faults/own_fault.hpp): its name, or why it cannot be.
  virtual Result<std::string, std::string> inject(OwnFault own) = 0;
  /// Takes rules back and ends faults; none named: all.
  virtual HealOutcome heal(const std::vector<std::string>& names) = 0;
  /// Retries what has failed or is stuck, and says how far the jobs are now.
  virtual JobCount retry_jobs(const std::string& name) = 0;
  virtual WorkCount begin_upgrade(GroupIndex group, const UpgradeStep& step) = 0;
  virtual WorkCount set_property(GroupIndex group, const SetPropertyStep& step) = 0;
  virtual WorkCount join_group(GroupIndex group, const JoinGroupStep& step) = 0;
  virtual WorkCount change_devices(GroupIndex group, const ChangeDevicesStep& step) = 0;
  /// Devices of the group that are as expected now.
  virtual WorkCount look(GroupIndex group, const ExpectStep& step) = 0;
  /// Devices of the group that a job named and that are in handover now.
  virtual std::uint64_t in_handover(GroupIndex group) = 0;
  virtual ProbeOutcome probe(const std::vector<GroupIndex>& groups, std::uint32_t sample) = 0;
};

}  // namespace fleetsim::sim
