// Whole runs on sockets, both ends in this process: bring online, move, probe, fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/fleet.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace test;

RunResult run(const Scenario& scenario, const RunOptions& options = {}) {
  auto result = run_scenario(scenario, options);
  if (!result) {
    ADD_FAILURE() << result.error().what << " / " << result.error().hint;
    return {};
  }
  return std::move(*result);
}

TEST(RunMoves, EveryDeviceGoesThroughBootstrapAndOneJob) {
  Scenario scenario = small_scenario(50);
  scenario.steps = {step("steps[0] bring_online", BringOnline{}), step("steps[1] distribute", move_to("to singapore", shanghai, singapore)),
                    step("steps[2] wait_until", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{30}})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.devices_total, 50u);
  EXPECT_EQ(result.devices_online, 50u);
  EXPECT_EQ(result.devices_moved, 50u);
  EXPECT_EQ(result.devices_stranded, 0u);
  EXPECT_EQ(result.moves, 50u);
  ASSERT_EQ(result.distribution.size(), 1u);
  EXPECT_EQ(result.distribution[0].job, "to singapore");
  EXPECT_EQ(result.distribution[0].targets.at(singapore), 50u);
  EXPECT_EQ(result.metrics.total(Metric::move_seconds).latency.count(), 50u);
  EXPECT_EQ(result.metrics.total(Metric::notify_seconds).latency.count(), 50u);
  EXPECT_EQ(result.metrics.total(Metric::connects).count, 100u);
  EXPECT_GT(result.rates.at("moves_per_second"), 0);
}

}  // namespace
}  // namespace fleetsim::sim
