#include <gtest/gtest.h>

#include "sim/app/progress_line.hpp"

namespace fleetsim::sim {
namespace {

Progress at(double seconds) {
  return {.elapsed_seconds = seconds,
          .step = "steps[2] distribute",
          .devices_total = 1000,
          .online = 998,
          .moved = 312,
          .connects_per_second = 410.4,
          .publishes_per_second = 0};
}

TEST(ProgressLine, SaysWhatGoesOn) {
  EXPECT_EQ(progress_text(at(12)), "  12.0s  steps[2] distribute       online 998/1000  moved 312  connects 410/s");
}

TEST(ProgressLine, WritesAPlainLineEveryTwoSecondsAtMost) {
  ProgressLine line{ProgressLine::Mode::plain};
  EXPECT_NE(line.update(at(0.5)), "");
  EXPECT_EQ(line.update(at(1.0)), "");
  EXPECT_EQ(line.update(at(2.4)), "");
  EXPECT_NE(line.update(at(2.5)), "");
  EXPECT_EQ(line.finish(), "");
}

TEST(ProgressLine, UpdatesItselfOnATerminalAndCleansUp) {
  ProgressLine line{ProgressLine::Mode::terminal};
  EXPECT_EQ(line.update(at(1)).substr(0, 4), "\r\x1b[K");
  EXPECT_EQ(line.notice("hello"), "\r\x1b[Khello\n");
  EXPECT_EQ(line.finish(), "\r\x1b[K");
  EXPECT_EQ(line.finish(), "");
}

TEST(ProgressLine, IsSilentWhenOff) {
  ProgressLine line{ProgressLine::Mode::off};
  EXPECT_EQ(line.update(at(1)), "");
  EXPECT_EQ(line.notice("hello"), "");
  EXPECT_EQ(line.finish(), "");
}

}  // namespace
}  // namespace fleetsim::sim
