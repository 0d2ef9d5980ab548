// The one list of steps.
#include "sim/steps/list.hpp"

#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t step_reasons_shown_max = 3;

struct RunAction {
  StepHost& host;
  StepSink& sink;
  void operator()(const BringOnline& step) const { bring_online(step, host, sink); }
  void operator()(const PublishStep& step) const { publish(step, host, sink); }
  void operator()(const DistributeStep& step) const { distribute(step, host, sink); }
  void operator()(const WaitUntil& step) const { wait_until(step, host, sink); }
  void operator()(const PowerOffStep& step) const { power_off(step, host, sink); }
  void operator()(const Sleep& step) const { sleep(step, host, sink); }
  void operator()(const ProbeStep& step) const { probe(step, host, sink); }
  void operator()(const MisbehaveStep& step) const { misbehave(step, host, sink); }
  void operator()(const HealStep& step) const { heal(step, host, sink); }
  void operator()(const RetryStep& step) const { retry(step, host, sink); }
  void operator()(const UpgradeStep& step) const { upgrade(step, host, sink); }
  void operator()(const SetPropertyStep& step) const { set_property(step, host, sink); }
  void operator()(const ReportStep& step) const { report(step, host, sink); }
  void operator()(const JoinGroupStep& step) const { join_group(step, host, sink); }
  void operator()(const ChangeDevicesStep& step) const { change_devices(step, host, sink); }
  void operator()(const ExpectStep& step) const { expect(step, host, sink); }
  void operator()(const InjectStep& step) const { inject(step, host, sink); }
  void operator()(const CommandStep& step) const { command(step, host, sink); }
  void operator()(const EndRun& step) const { end_run(step, host, sink); }
};

struct NameAction {
  std::string_view operator()(const BringOnline&) const { return "bring_online"; }
  std::string_view operator()(const PublishStep&) const { return "publish"; }
  std::string_view operator()(const DistributeStep&) const { return "distribute"; }
  std::string_view operator()(const WaitUntil&) const { return "wait_until"; }
  std::string_view operator()(const PowerOffStep&) const { return "power_off"; }
  std::string_view operator()(const Sleep&) const { return "sleep"; }
  std::string_view operator()(const ProbeStep&) const { return "probe"; }
  std::string_view operator()(const MisbehaveStep&) const { return "misbehave"; }
  std::string_view operator()(const HealStep&) const { return "heal"; }
  std::string_view operator()(const RetryStep&) const { return "retry"; }
  std::string_view operator()(const UpgradeStep&) const { return "upgrade"; }
  std::string_view operator()(const SetPropertyStep&) const { return "set_property"; }
  std::string_view operator()(const ReportStep&) const { return "report"; }
  std::string_view operator()(const JoinGroupStep&) const { return "join_group"; }
  std::string_view operator()(const ChangeDevicesStep& step) const {
    switch (step.change) {
      case DeviceChange::deleted:
        return "delete_devices";
      case DeviceChange::disabled:
        return "disable_devices";
      case DeviceChange::enabled:
        return "enable_devices";
    }
    return {};
  }
  std::string_view operator()(const ExpectStep&) const { return "expect"; }
  std::string_view operator()(const InjectStep&) const { return "inject"; }
  std::string_view operator()(const CommandStep&) const { return "command"; }
  std::string_view operator()(const EndRun&) const { return "end_run"; }
};

}  // namespace

void run_step(const Step& step, StepHost& host, StepReport& report) {
  StepSink sink(step.label.empty() ? step_name(step.action) : std::string_view{step.label}, report);
  std::visit(RunAction{host, sink}, step.action);
}

std::string_view step_name(const StepAction& action) { return std::visit(NameAction{}, action); }

std::string shortfall(std::uint64_t reached, std::uint64_t wanted, std::string_view state, Duration waited) {
  return fmt::format("{} of {} {} after {:.1f} s", reached, wanted, state, std::chrono::duration<double>(waited).count());
}

std::string first_reasons(StepHost& host) {
  std::string text;
  std::size_t shown = 0;
  for (const DeviceFailure& failure : host.failures()) {
    if (shown++ == step_reasons_shown_max) break;
    text += fmt::format("; {}: {}", failure.device, failure.reason);
  }
  return text;
}

}  // namespace fleetsim::sim
