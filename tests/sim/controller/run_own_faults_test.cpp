// Whole runs with faults that the program brings: from the run's begin, and injected by a script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sim/faults/own_fault.hpp"
#include "sim/steps/step_host.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace test;

/// Nobody who is odd is let in for so long.
class Turnstile final : public Fault {
 public:
  explicit Turnstile(Duration shut) : shut_(shut) {}
  OpenFate open(const LinkMoment& moment, RandomStream&) const override {
    const bool is_kept_out = moment.place.who % 2 == 1 && moment.now - moment.window.from < shut_;
    return is_kept_out ? OpenFate{.kind = OpenFate::Kind::refused} : OpenFate{};
  }

 private:
  Duration shut_;
};

Scenario virtual_fleet(std::uint32_t devices) {
  Scenario scenario = small_scenario(devices);
  scenario.world = WorldKind::virtual_time;
  scenario.groups[0].backoff_floor = milliseconds{100};
  scenario.groups[0].backoff_cap = milliseconds{400};
  scenario.steps = {step("up", BringOnline{})};
  return scenario;
}

RunResult run_with_own(const Scenario& scenario, FaultSpec spec) {
  const OwnFaults own = [&] {
    std::vector<OwnFault> made;
    made.push_back({spec, std::make_unique<Turnstile>(seconds{3})});
    return made;
  };
  RunOptions options;
  options.own_faults = &own;
  return run(scenario, options);
}

TEST(RunOwnFaults, ActFromTheRunsBeginAndAreInItsReport) {
  const RunResult result = run_with_own(virtual_fleet(10), {.kind = "Turnstile"});
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(result.devices_online, 10u);
  EXPECT_GE(result.elapsed_seconds, 3.0);
  EXPECT_GE(result.faults.at("Turnstile"), 5u);
  EXPECT_EQ(run_with_own(virtual_fleet(10), {.kind = "Turnstile"}).trace_hash, result.trace_hash);
}

TEST(RunOwnFaults, ThatCannotBeFailTheRunInWords) {
  const RunResult result = run_with_own(virtual_fleet(2), {.kind = "Turnstile", .groups = {"nobody"}});
  ASSERT_EQ(result.steps_failed.size(), 1u);
  EXPECT_THAT(result.steps_failed[0], HasSubstr("faults: groups: no group \"nobody\""));
}

TEST(RunOwnFaults, AreInjectedAndHealedByAScript) {
  Scenario scenario = virtual_fleet(10);
  std::uint64_t while_shut = 0;
  std::uint64_t after = 0;
  std::string wrong;
  const RunScript script = [&](StepHost& host, RunPlatform*, const Roster&) {
    const auto name = host.inject(OwnFault{{.kind = "Turnstile"}, std::make_unique<Turnstile>(seconds{1'000})});
    ASSERT_TRUE(name);
    EXPECT_EQ(*name, "Turnstile");
    const auto second = host.inject(OwnFault{{.name = "Turnstile", .kind = "x"}, std::make_unique<Turnstile>(seconds{1})});
    wrong = second ? "" : second.error();
    host.begin_arrivals(0);
    host.pause(seconds{10});
    while_shut = host.online(0);
    const HealOutcome healed = host.heal({"Turnstile"});
    ASSERT_EQ(healed.healed.size(), 1u);
    EXPECT_GE(healed.healed[0].fired, 5u);
    host.pause(seconds{10});
    after = host.online(0);
  };
  RunOptions options;
  options.script = &script;
  run(scenario, options);
  EXPECT_EQ(while_shut, 5u);
  EXPECT_EQ(after, 10u);
  EXPECT_THAT(wrong, HasSubstr("there already"));
}

/// Notes who asks.
class Guestbook final : public Fault {
 public:
  explicit Guestbook(std::set<std::thread::id>& guests) : guests_(guests) {}
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override {
    const std::lock_guard lock(mutex_);
    guests_.insert(std::this_thread::get_id());
    return {};
  }

 private:
  std::set<std::thread::id>& guests_;
  mutable std::mutex mutex_;
};

TEST(RunOwnFaults, AreAskedByOneThreadHoweverManyTheSimulationHas) {
  Scenario scenario = virtual_fleet(1'100);
  scenario.connects_in_flight = 1'000;
  scenario.threads = 4;
  std::set<std::thread::id> guests;
  const RunScript script = [&](StepHost& host, RunPlatform*, const Roster&) {
    host.begin_arrivals(0);
    host.pause(milliseconds{300});
    ASSERT_TRUE(host.inject(OwnFault{{.kind = "Guestbook"}, std::make_unique<Guestbook>(guests)}));
    host.pause(seconds{5});
  };
  RunOptions options;
  options.script = &script;
  run(scenario, options);
  EXPECT_EQ(guests, std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST(RunOwnFaults, NoneCostNothing) {
  const OwnFaults none = [] { return std::vector<OwnFault>{}; };
  RunOptions options;
  options.own_faults = &none;
  EXPECT_EQ(run(virtual_fleet(10), options).trace_hash, run(virtual_fleet(10)).trace_hash);
}

}  // namespace
}  // namespace fleetsim::sim
