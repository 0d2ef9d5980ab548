// A StepHost that does as told: time passes only by pause(), and every pause may change the world.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/faults/own_fault.hpp"
#include "sim/steps/step_host.hpp"

namespace fleetsim::sim::test {

class ScriptedHost final : public StepHost {
 public:
  Instant now() const override { return now_; }
  bool pause(Duration duration) override {
    now_ += duration;
    ++pauses;
    if (on_pause) on_pause();
    return pauses < pauses_until_stopped;
  }
  std::vector<GroupIndex> groups(const std::vector<std::string>& names) const override {
    return names.empty() ? std::vector<GroupIndex>{0, 1} : std::vector<GroupIndex>{0};
  }
  std::uint64_t device_count(GroupIndex) const override { return devices; }
  std::uint64_t online(GroupIndex) override { return online_count; }
  MoveCount moves(GroupIndex) override { return {asked.value_or(devices), moved}; }
  PublishCount publishes() override { return publish_count; }
  std::uint64_t still_up(const std::vector<GroupIndex>&) override { return up; }
  std::vector<DeviceFailure> failures() override { return failure_list; }

  Result<std::size_t, std::string> find_device(std::string_view name) const override {
    if (name.starts_with("nobody")) return fail(std::string("the scenario has no device ") + std::string(name));
    return std::size_t{7};
  }
  StepReport perform(const Step&) override { return {}; }
  ArrivalPlan begin_by_itself(GroupIndex group) override { return begin_arrivals(group); }
  void end_run() override { calls.emplace_back("end_run"); }
  void violated(std::string what) override { calls.push_back("violated " + what); }
  DevicePicture picture(std::size_t) override { return {}; }
  std::string command(std::size_t device, const DeviceOrder& what) override {
    calls.push_back(std::string(order_name(what.what)) + " " + std::to_string(device));
    return refused_command;
  }

  ArrivalPlan begin_arrivals(GroupIndex group) override {
    calls.push_back("arrivals " + std::to_string(group));
    return {now_ + arrivals_take, devices};
  }
  void begin_load(GroupIndex group) override { calls.push_back("load " + std::to_string(group)); }
  void publish(GroupIndex group, const PublishStep& step) override {
    calls.push_back("publish " + std::to_string(group));
    publish_count.ordered += devices * step.count;
    publish_count.pending += devices * step.count;
  }
  void power_off(GroupIndex group, const PowerOffStep& step) override {
    calls.push_back((step.cut ? "cut " : "off ") + std::to_string(group));
  }
  void report(GroupIndex group, const ReportStep&) override {
    calls.push_back("report " + std::to_string(group));
    publish_count.pending += devices;
  }
  WorkCount refused_reports() override { return refused; }
  void expect_stranded(GroupIndex group, double) override { calls.push_back("stranded " + std::to_string(group)); }
  JobCount retry_jobs(const std::string& name) override {
    calls.push_back("retry " + name);
    return jobs;
  }
  WorkCount begin_upgrade(GroupIndex group, const UpgradeStep& step) override {
    calls.push_back("upgrade " + std::to_string(group) + " to " + step.version);
    return order;
  }
  WorkCount set_property(GroupIndex group, const SetPropertyStep&) override {
    calls.push_back("set " + std::to_string(group));
    return order;
  }
  WorkCount join_group(GroupIndex group, const JoinGroupStep& step) override {
    calls.push_back("join " + std::to_string(group) + " " + step.device_group);
    return order;
  }
  WorkCount change_devices(GroupIndex group, const ChangeDevicesStep& step) override {
    calls.push_back("change " + std::to_string(group) + " at " + step.at);
    return order;
  }
  WorkCount look(GroupIndex, const ExpectStep& step) override {
    looked_for = step;
    return seen;
  }
  std::uint64_t in_handover(GroupIndex) override { return handovers; }
  HandoverOutcome hand_over(GroupIndex group, DeviceRange range, const DistributeStep&) override {
    calls.push_back("job " + std::to_string(group) + " " + std::to_string(range.first) + "+" + std::to_string(range.count));
    HandoverOutcome outcome = handover;
    if (on_job) on_job();
    if (outcome.refused.empty()) outcome.handed_over = range.count - outcome.failed;
    return outcome;
  }
  std::string misbehave(const platform::MisbehaviourRule& rule) override {
    calls.push_back("misbehave " + rule.kind);
    return misbehave_error;
  }
  std::string inject(const FaultSpec& fault) override {
    calls.push_back("inject " + fault.name);
    return inject_error;
  }
  Result<std::string, std::string> inject(OwnFault own) override {
    calls.push_back("inject own " + own.spec.name);
    if (!inject_error.empty()) return fail(inject_error);
    return own.spec.name;
  }
  HealOutcome heal(const std::vector<std::string>& names) override {
    calls.push_back("heal " + std::to_string(names.size()));
    return heal_outcome;
  }
  ProbeOutcome probe(const std::vector<GroupIndex>&, std::uint32_t) override {
    calls.push_back("probe");
    return probe_outcome;
  }

  std::vector<std::string> calls;
  std::function<void()> on_pause;
  std::function<void()> on_job;
  std::uint64_t pauses = 0;
  std::uint64_t pauses_until_stopped = 1000000;
  std::uint64_t devices = 10;
  std::uint64_t online_count = 0;
  std::optional<std::uint64_t> asked;  // to move; all devices when not said
  std::uint64_t moved = 0;
  std::uint64_t up = 0;
  Duration arrivals_take{0};
  PublishCount publish_count;
  HandoverOutcome handover;
  std::string misbehave_error;
  std::string inject_error;
  HealOutcome heal_outcome;
  WorkCount refused;
  std::string refused_command;
  WorkCount order;  // of upgrades, property sets, groups
  WorkCount seen;
  ExpectStep looked_for;
  JobCount jobs;
  std::uint64_t handovers = 0;
  ProbeOutcome probe_outcome;
  std::vector<DeviceFailure> failure_list;

 private:
  Instant now_{};
};

}  // namespace fleetsim::sim::test
