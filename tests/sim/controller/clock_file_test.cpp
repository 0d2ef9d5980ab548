// How wrong a lone device's clock is, as a file says.
#include "sim/live/clock_file.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <optional>

namespace fleetsim::sim {
namespace {

TEST(ClockFile, ReadsSecondsWithASignOrWithoutOneAndNothingElse) {
  using std::chrono::seconds;
  EXPECT_EQ(clock_error_of("-86400\n"), seconds{-86400});
  EXPECT_EQ(clock_error_of(" +120 "), seconds{120});
  EXPECT_EQ(clock_error_of("0"), seconds{0});
  for (const char* wrong : {"", "\n", "+", "+-1", "1 2", "1d", "99999999999"}) EXPECT_EQ(clock_error_of(wrong), std::nullopt) << wrong;
}

TEST(ClockFile, KeepsWhatItKnewWhenThereIsNoFile) {
  ClockFile none("/nowhere/clock", std::chrono::seconds{7});
  EXPECT_EQ(none.error(), std::chrono::seconds{7});
}

}  // namespace
}  // namespace fleetsim::sim
