// When a result is invalid because the generator was the bottleneck, what a connect and a publish cost, and how many descriptors a run
// needs.
#include "sim/world/generator_health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/live/run_limits.hpp"
#include "sim/world/generator_health_meter.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(GeneratorHealth, IsValidWhenNothingWasShort) {
  Histogram lag;
  lag.record(1000, 1000);
  GeneratorFacts facts;
  facts.loop_lag = &lag;
  facts.arrivals = 1000;
  facts.late_arrivals = 10;
  const GeneratorHealth health = judge_generator(facts, {0.01, milliseconds{200}});
  EXPECT_TRUE(health.valid);
  EXPECT_THAT(health.why_invalid, IsEmpty());
  EXPECT_NEAR(health.loop_lag_p99_seconds, 0.001, 0.0001);
}

TEST(GeneratorHealth, IsInvalidWhenTooManyArrivalsCameLate) {
  GeneratorFacts facts;
  facts.arrivals = 1000;
  facts.late_arrivals = 11;
  const GeneratorHealth health = judge_generator(facts, {0.01, milliseconds{200}});
  EXPECT_FALSE(health.valid);
  EXPECT_THAT(health.why_invalid, ElementsAre(HasSubstr("11 of 1000 arrivals came late")));
}

TEST(GeneratorHealth, PublishesInTimeDoNotHideArrivalsThatCameLate) {
  GeneratorFacts facts;
  facts.arrivals = 10;
  facts.late_arrivals = 10;
  facts.paced_publishes = 1'000'000;
  EXPECT_THAT(judge_generator(facts, {}).why_invalid, ElementsAre(HasSubstr("10 of 10 arrivals came late")));
  facts.late_arrivals = 0;
  facts.late_publishes = 20'000;
  EXPECT_THAT(judge_generator(facts, {}).why_invalid, ElementsAre(HasSubstr("20000 of 1000000 publishes came late")));
}

TEST(GeneratorHealth, TellsItsOwnOverloadFromAMachineThatWasBusyOtherwise) {
  Histogram lag;
  lag.record(300'000, 100);
  GeneratorFacts facts;
  facts.loop_lag = &lag;
  facts.cpu_share = 0.95;
  EXPECT_THAT(judge_generator(facts, {}).why_invalid, ElementsAre(HasSubstr("--shard")));
  facts.cpu_share = 0.1;
  EXPECT_THAT(judge_generator(facts, {}).why_invalid, ElementsAre(HasSubstr("quieter machine")));
}

TEST(GeneratorHealth, JudgesTheSlowestHundredthOfTheLagAndNothingRarer) {
  Histogram rare;
  rare.record(1000, 995);
  rare.record(900'000, 5);
  GeneratorFacts facts;
  facts.loop_lag = &rare;
  EXPECT_TRUE(judge_generator(facts, {}).valid);
  Histogram often;
  often.record(1000, 980);
  often.record(900'000, 20);
  facts.loop_lag = &often;
  EXPECT_FALSE(judge_generator(facts, {}).valid);
}

TEST(GeneratorHealth, NamesEveryExhaustion) {
  GeneratorFacts facts;
  facts.port_exhaustions = 1;
  facts.descriptor_exhaustions = 2;
  facts.memory_exhaustions = 3;
  EXPECT_THAT(judge_generator(facts, {}).why_invalid,
              ElementsAre(HasSubstr("ephemeral ports"), HasSubstr("descriptors"), HasSubstr("no memory for a socket 3 times")));
}

WorkSample sample(int at_ms, std::uint64_t cpu, std::uint64_t connects, std::uint64_t publishes) {
  WorkSample s;
  s.at = Instant{milliseconds{at_ms}};
  s.fleet_cpu_us = cpu;
  s.process_cpu_us = 2 * cpu;
  s.platform_cpu_us = cpu / 2;
  s.connects = connects;
  s.publishes = publishes;
  s.online = connects;
  s.resident_bytes = 1'000'000 + 2000 * connects;
  return s;
}

TEST(WorkMeter, ChargesConnectsAndPublishesToTheTimesWhenOnlyTheyHappened) {
  WorkMeter meter({2, 2}, 1'000'000);
  meter.take(sample(0, 0, 0, 0));
  meter.take(sample(500, 40'000, 1000, 0));
  meter.take(sample(1000, 90'000, 1500, 500));  // mixed: for neither
  meter.take(sample(1500, 110'000, 1500, 2500));
  meter.take(sample(2000, 500'000, 1500, 2500));  // nothing of either: idle
  EXPECT_DOUBLE_EQ(meter.cpu_microseconds_per_connect(), 40.0);
  EXPECT_DOUBLE_EQ(meter.platform_cpu_microseconds_per_connect(), 20.0);
  EXPECT_DOUBLE_EQ(meter.cpu_microseconds_per_publish(), 10.0);
  EXPECT_DOUBLE_EQ(meter.bytes_per_device(), 2000.0);
}

TEST(WorkMeter, FindsTheBusiestSecond) {
  WorkMeter meter({2, 2}, 0);
  meter.take(sample(0, 0, 0, 0));
  meter.take(sample(1000, 1'000'000, 0, 0));
  meter.take(sample(2000, 1'100'000, 0, 0));
  EXPECT_DOUBLE_EQ(meter.busiest_loop_share(), 0.5);
  EXPECT_DOUBLE_EQ(meter.busiest_machine_share(), 1.0);
}

TEST(WorkMeter, HasNoFiguresForWhatNeverHappened) {
  const WorkMeter meter({1, 1}, 0);
  EXPECT_EQ(meter.cpu_microseconds_per_connect(), 0);
  EXPECT_EQ(meter.bytes_per_device(), 0);
}

TEST(Descriptors, NineThousandDevicesWithBothEndsFitIntoTwentyThousand) {
  EXPECT_FALSE(check_descriptors({9000, 400, 2}, 20000).has_value());
}

TEST(Descriptors, TooFewAreToldWithNumbersAndAWayOut) {
  const auto error = check_descriptors({10000, 400, 2}, 20000);
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->what, HasSubstr("10000 devices need 20928 descriptors"));
  EXPECT_THAT(error->hint, HasSubstr("at most 9536 devices"));
  EXPECT_THAT(error->hint, HasSubstr("--shard"));
}

TEST(Descriptors, WhereNotOneDeviceFitsASmallerFleetIsNoWayOut) {
  const auto error = check_descriptors({10, 400, 2}, 256);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->hint, "raise the limit (ulimit -n 948)");
}

}  // namespace
}  // namespace fleetsim::sim
