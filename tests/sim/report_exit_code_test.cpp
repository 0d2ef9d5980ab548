#include <gtest/gtest.h>

#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

// design page, "Names and verbs": where several hold, 4, 3, 130, 5, 1, 99.
TEST(ExitCode, TakesTheWorstOfSeveral) {
  using E = ExitCode;
  constexpr E order[] = {E::internal, E::environment, E::interrupted, E::invalid, E::check_failed, E::threshold, E::pass};
  for (std::size_t worse = 0; worse < std::size(order); ++worse)
    for (std::size_t better = worse; better < std::size(order); ++better) {
      EXPECT_EQ(worst_of({order[worse], order[better]}), order[worse]);
      EXPECT_EQ(worst_of({order[better], order[worse]}), order[worse]);
    }
  EXPECT_EQ(worst_of({}), E::pass);
}

TEST(ExitCode, HasTheDocumentedNumbers) {
  EXPECT_EQ(static_cast<int>(ExitCode::pass), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::check_failed), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::usage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::environment), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::internal), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::invalid), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::threshold), 99);
  EXPECT_EQ(static_cast<int>(ExitCode::interrupted), 130);
}

struct Row {
  const char* what;
  bool crossed, stranded, step, violation, overloaded;
  Verdict verdict;
  ExitCode expected;
};

TEST(ExitCode, FollowsFromWhatARunFound) {
  using E = ExitCode;
  const Row table[] = {
      {"nothing", false, false, false, false, false, Verdict::pass, E::pass},
      {"a threshold", true, false, false, false, false, Verdict::fail, E::threshold},
      {"a threshold that the verdict forgot", true, false, false, false, false, Verdict::pass, E::threshold},
      {"stranded", false, true, false, false, false, Verdict::fail, E::check_failed},
      {"a step", false, false, true, false, false, Verdict::fail, E::check_failed},
      {"a violation", false, false, false, true, false, Verdict::fail, E::check_failed},
      {"a reason of its own", false, false, false, false, false, Verdict::fail, E::check_failed},
      {"stranded and a threshold", true, true, false, false, false, Verdict::fail, E::check_failed},
      {"overloaded", false, false, false, false, true, Verdict::invalid, E::invalid},
      {"overloaded that the verdict forgot", false, false, false, false, true, Verdict::pass, E::invalid},
      {"overloaded, stranded, a threshold", true, true, true, true, true, Verdict::invalid, E::invalid},
      {"interrupted", false, false, false, false, false, Verdict::interrupted, E::interrupted},
      {"interrupted and everything else", true, true, true, true, true, Verdict::interrupted, E::interrupted},
  };
  for (const Row& row : table) {
    RunResult result;
    result.thresholds.push_back({"x", 1.0, !row.crossed});
    result.devices_stranded = row.stranded ? 1 : 0;
    if (row.step) result.steps_failed.emplace_back("s");
    if (row.violation) result.violations.emplace_back("v");
    result.generator.valid = !row.overloaded;
    result.verdict = row.verdict;
    EXPECT_EQ(exit_code_of(result), row.expected) << row.what;
  }
}

TEST(ExitCodeOfARun, StrandingsThatAStepExpectedAreNoFailureAndOneMoreIs) {
  RunResult result;
  result.devices_stranded = 2;
  result.devices_stranded_expected = 2;
  EXPECT_EQ(exit_code_of(result), ExitCode::pass);
  result.devices_stranded = 3;
  EXPECT_EQ(exit_code_of(result), ExitCode::check_failed);
}

TEST(ExitCode, DevicesThatAThresholdCaughtOnTheirWayAreNoFindingBesideIt) {
  RunResult result;
  result.verdict = Verdict::fail;
  result.thresholds.push_back({"x", 1.0, false});
  result.devices_stranded = 7;
  result.ended_by_threshold = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::threshold);
  result.steps_failed.emplace_back("s");
  EXPECT_EQ(exit_code_of(result), ExitCode::check_failed);
}

TEST(ExitCode, OfARunWhoseOutputIsLostIsTheEnvironmentsWhateverTheRunFound) {
  RunResult result;
  result.output_lost = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::environment);
  result.verdict = Verdict::interrupted;
  EXPECT_EQ(exit_code_of(result), ExitCode::environment);
}

}  // namespace
}  // namespace fleetsim::sim
