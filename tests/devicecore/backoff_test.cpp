#include "devicecore/backoff.hpp"

#include <gtest/gtest.h>

namespace fleetsim::device {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr BackoffConfig config{.floor = seconds{1}, .cap = seconds{120}, .stable_online = seconds{60}};

TEST(Backoff, TheCeilingDoublesUntilTheCap) {
  const int expected[] = {1, 2, 4, 8, 16, 32, 64, 120, 120};
  for (std::uint8_t attempt = 0; attempt < std::size(expected); ++attempt)
    EXPECT_EQ(backoff_ceiling(config, attempt), seconds{expected[attempt]}) << int{attempt};
  EXPECT_EQ(backoff_ceiling(config, 255), seconds{120});
}

TEST(Backoff, TheLowestDrawIsTheFloorAndTheHighestTheCeiling) {
  Backoff low;
  Backoff high;
  for (std::uint8_t attempt = 1; attempt < 12; ++attempt) {
    EXPECT_EQ(low.next(config, 0), seconds{1});
    EXPECT_EQ(high.next(config, 0xffffffffU), backoff_ceiling(config, attempt)) << int{attempt};
  }
}

TEST(Backoff, TheFirstWaitIsSpreadOutToo) {
  Backoff backoff;
  EXPECT_EQ(backoff.next(config, 0x80000000U), microseconds{1'500'000});
}

TEST(Backoff, TheMiddleDrawIsTheMiddle) {
  Backoff backoff;
  for (int i = 0; i < 2; ++i) backoff.next(config, 0);
  EXPECT_EQ(backoff.next(config, 0x80000000U), microseconds{4'500'000});  // half way from 1 s to 8 s
}

TEST(Backoff, ResetBeginsAgain) {
  Backoff backoff;
  for (int i = 0; i < 300; ++i) backoff.next(config, 0xffffffffU);
  EXPECT_EQ(backoff.attempts(), 255);
  backoff.reset();
  EXPECT_EQ(backoff.next(config, 0xffffffffU), seconds{2});
}

TEST(Backoff, OddSettingsStayWithinTheirBounds) {
  Backoff backoff;
  const BackoffConfig none{.floor = seconds{0}, .cap = seconds{0}, .stable_online = seconds{0}};
  EXPECT_LE(backoff.next(none, 0xffffffffU), microseconds{1});
  const BackoffConfig cap_below_floor{.floor = seconds{5}, .cap = seconds{1}, .stable_online = seconds{0}};
  EXPECT_EQ(backoff.next(cap_below_floor, 0xffffffffU), seconds{5});
  const BackoffConfig days{.floor = seconds{1}, .cap = hours{240}, .stable_online = seconds{0}};
  Backoff patient;
  for (int i = 0; i < 40; ++i) patient.next(days, 1);
  const Duration longest = patient.next(days, 0xffffffffU);
  EXPECT_LE(longest, hours{240});
  EXPECT_GT(longest, hours{239});
}

}  // namespace
}  // namespace fleetsim::device
