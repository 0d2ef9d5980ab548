// Every step's function, one file each. A step acts on its host, waits by StepHost::pause, and tells its failures to `sink`.
#pragma once

#include <string>
#include <string_view>

#include "sim/scenario/scenario.hpp"
#include "sim/steps/list.hpp"
#include "sim/steps/step_host.hpp"

namespace fleetsim::sim {

/// How often a waiting step looks. Short against a human's second, long against what a look costs.
inline constexpr Duration step_poll_interval = std::chrono::milliseconds{20};

/// Collects what one step has to say, each line led by the step's label.
class StepSink {
 public:
  StepSink(std::string_view label, StepReport& report) : label_(label), report_(report) {}
  void failed(const std::string& what) { report_.failures.push_back(label_ + ": " + what); }
  void violated(const std::string& what) { report_.violations.push_back(label_ + ": " + what); }

 private:
  std::string label_;
  StepReport& report_;
};

void bring_online(const BringOnline& step, StepHost& host, StepSink& sink);
void publish(const PublishStep& step, StepHost& host, StepSink& sink);
void distribute(const DistributeStep& step, StepHost& host, StepSink& sink);
void wait_until(const WaitUntil& step, StepHost& host, StepSink& sink);
void power_off(const PowerOffStep& step, StepHost& host, StepSink& sink);
void sleep(const Sleep& step, StepHost& host, StepSink& sink);
void probe(const ProbeStep& step, StepHost& host, StepSink& sink);
void misbehave(const MisbehaveStep& step, StepHost& host, StepSink& sink);
void inject(const InjectStep& step, StepHost& host, StepSink& sink);
void heal(const HealStep& step, StepHost& host, StepSink& sink);
void retry(const RetryStep& step, StepHost& host, StepSink& sink);
void upgrade(const UpgradeStep& step, StepHost& host, StepSink& sink);
void set_property(const SetPropertyStep& step, StepHost& host, StepSink& sink);
void report(const ReportStep& step, StepHost& host, StepSink& sink);
void join_group(const JoinGroupStep& step, StepHost& host, StepSink& sink);
void change_devices(const ChangeDevicesStep& step, StepHost& host, StepSink& sink);
void expect(const ExpectStep& step, StepHost& host, StepSink& sink);
void command(const CommandStep& step, StepHost& host, StepSink& sink);
void end_run(const EndRun& step, StepHost& host, StepSink& sink);

/// "998 of 1000 online after 60 s", with the first reasons when there are some.
std::string shortfall(std::uint64_t reached, std::uint64_t wanted, std::string_view state, Duration waited);
std::string first_reasons(StepHost& host);

}  // namespace fleetsim::sim
