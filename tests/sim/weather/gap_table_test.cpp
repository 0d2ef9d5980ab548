#include "sim/weather/gap_table.hpp"

#include <gtest/gtest.h>

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr GapTable::Who device_7{.device = 7, .group = 1, .leg = RetryLeg::connect};
constexpr BackoffPlace connects_of_1{.group = 1, .leg = RetryLeg::connect};

/// Fails, waits, tries for 100 ms, fails ...
Instant fail_with(GapTable& table, const GapTable::Who& who, Instant now, std::initializer_list<int> waits) {
  table.failed(who, now);
  for (const int wait : waits) {
    now += seconds{wait};
    table.began(who, now);
    now += milliseconds{100};
    table.failed(who, now);
  }
  return now;
}

std::uint64_t devices_of(const BackoffTally& tally, const BackoffClass& one) { return tally.devices[backoff_class_index(one)]; }

TEST(GapCode, KeepsADurationToATenthOfAPercentAndNeverMakesItLonger) {
  for (std::int64_t us = 1; us < std::int64_t{86'400} * 1'000'000; us = us * 21 / 20 + 1) {
    const Duration decoded = decode_gap(encode_gap(Duration{us}));
    ASSERT_LE(decoded.count(), us);
    ASSERT_GE(decoded.count(), us - us / 1000);
  }
}

TEST(GapCode, ClampsWhatIsNegativeOrLongerThanItCanTell) {
  EXPECT_EQ(decode_gap(encode_gap(seconds{-1})), Duration{});
  EXPECT_EQ(encode_gap(kNever.time_since_epoch()), 0xffff);
}

TEST(GapTable, HasNoEntryForADeviceThatNeverFailed) {
  GapTable table(8, 2);
  table.began(device_7, Instant{});
  table.succeeded(device_7);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_TRUE(table.tallies().empty());
}

TEST(GapTable, AGapIsFromTheFailureToTheNextTryAndTheTryItselfIsNoPartOfIt) {
  GapTable table(8, 2);
  fail_with(table, device_7, Instant{seconds{5}}, {1, 2, 4, 8});
  const BackoffTally tally = table.tallies().at(connects_of_1);
  EXPECT_EQ(devices_of(tally, {.shape = BackoffShape::exponential}), 1U);
  ASSERT_EQ(tally.gaps[2].count(), 1U);
  EXPECT_NEAR(static_cast<double>(tally.gaps[2].bins().begin()->second.longest_us), 4e6, 4e3);
  EXPECT_EQ(tally.failed_tries, 4U);
  EXPECT_EQ(tally.failed_microseconds, 400'000U);
}

TEST(GapTable, ASuccessEndsAShortRowAndTheNextFailureBeginsAnother) {
  GapTable table(8, 2);
  Instant now = fail_with(table, device_7, Instant{}, {1, 2, 4});
  table.succeeded(device_7);
  EXPECT_EQ(table.tallies().at(connects_of_1).gaps[2].count(), 1U) << "a short row is told of, though it tells no class";
  fail_with(table, device_7, now + seconds{60}, {5, 5, 5, 5});
  const BackoffTally tally = table.tallies().at(connects_of_1);
  EXPECT_EQ(devices_of(tally, {.shape = BackoffShape::constant}), 1U);
}

TEST(GapTable, ARowThatIsLongEnoughIsKeptWhateverFollows) {
  GapTable table(8, 2);
  Instant now = fail_with(table, device_7, Instant{}, {5, 5, 5, 5, 5, 5});
  table.succeeded(device_7);
  fail_with(table, device_7, now + seconds{60}, {1, 2, 4, 8});
  const BackoffTally tally = table.tallies().at(connects_of_1);
  EXPECT_EQ(devices_of(tally, {.shape = BackoffShape::constant}), 1U);
  EXPECT_EQ(tally.gaps[6].count(), 0U);
}

TEST(GapTable, AWaitBeforeATryThatWasAllowedCountsAndATryAtOnceDoesNot) {
  GapTable table(8, 2);
  Instant now = fail_with(table, device_7, Instant{}, {1, 2, 4});
  table.began(device_7, now + seconds{8});  // it asks somewhere else first
  table.may_begin(device_7, now + seconds{9});
  table.began(device_7, now + seconds{25});
  EXPECT_EQ(devices_of(table.tallies().at(connects_of_1), {.shape = BackoffShape::exponential}), 1U);
  EXPECT_EQ(table.tallies().at(connects_of_1).gaps[4].count(), 1U);
  table.failed(device_7, now + seconds{26});
  table.began(device_7, now + seconds{58});
  table.may_begin(device_7, now + seconds{59});
  table.began(device_7, now + seconds{59});
  EXPECT_EQ(table.tallies().at(connects_of_1).gaps[5].count(), 1U);
  EXPECT_EQ(table.tallies().at(connects_of_1).gaps[6].count(), 0U);
}

TEST(GapTable, TheTwoLegsOfADeviceAreFollowedEachForItself) {
  GapTable table(8, 2);
  GapTable::Who bootstrap = device_7;
  bootstrap.leg = RetryLeg::bootstrap;
  fail_with(table, device_7, Instant{}, {2, 2, 2, 2});
  fail_with(table, bootstrap, Instant{}, {1, 2, 3, 4});
  const auto tallies = table.tallies();
  EXPECT_EQ(devices_of(tallies.at(connects_of_1), {.shape = BackoffShape::constant}), 1U);
  EXPECT_EQ(devices_of(tallies.at({.group = 1, .leg = RetryLeg::bootstrap}), {.shape = BackoffShape::linear}), 1U);
}

TEST(GapTable, KeepsSixteenGapsAndForgetsTheRest) {
  GapTable table(8, 2);
  fail_with(table, device_7, Instant{}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 90, 90, 90, 90});
  EXPECT_EQ(devices_of(table.tallies().at(connects_of_1), {.shape = BackoffShape::constant}), 1U);
}

TEST(GapTable, AFullTableCountsTheFailuresThatItCannotFollow) {
  GapTable table(2, 2);
  for (std::uint32_t device = 0; device < 5; ++device) table.failed({.device = device, .group = 1, .leg = RetryLeg::connect}, Instant{});
  table.failed({.device = 1, .group = 1, .leg = RetryLeg::connect}, Instant{seconds{1}});
  EXPECT_EQ(table.size(), 2U);
  const BackoffTally tally = table.tallies().at(connects_of_1);
  EXPECT_EQ(tally.devices_followed(), 2U);
  EXPECT_EQ(tally.failures_not_followed, 3U);
}

TEST(GapTable, ThousandsOfDevicesAreToldApart) {
  GapTable table(4096, 4);
  for (std::uint32_t device = 0; device < 4096; ++device) {
    const GapTable::Who who{.device = device * 64, .group = static_cast<std::uint16_t>(device % 4), .leg = RetryLeg::connect};
    if (device % 2 == 0)
      fail_with(table, who, Instant{}, {3, 3, 3, 3});
    else
      fail_with(table, who, Instant{}, {3, 6, 9, 12});
  }
  EXPECT_EQ(table.size(), 4096U);
  const auto tallies = table.tallies();
  EXPECT_EQ(devices_of(tallies.at({.group = 2, .leg = RetryLeg::connect}), {.shape = BackoffShape::constant}), 1024U);
  EXPECT_EQ(devices_of(tallies.at({.group = 3, .leg = RetryLeg::connect}), {.shape = BackoffShape::linear}), 1024U);
}

}  // namespace
}  // namespace fleetsim::sim
