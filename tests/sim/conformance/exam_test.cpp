// The words that procedures have: waiting for evidence.
#include "sim/conformance/exam.hpp"

#include <gtest/gtest.h>

#include "sim/conformance/examiner.hpp"
#include "tests/sim/conformance/still_dut.hpp"

namespace fleetsim::sim {
namespace {

TEST(Exam, LooksAtTheEvidenceWhenThereIsMoreOfItAndOnceMoreAtTheEnd) {
  static int looks = 0;
  static Duration waited{};
  looks = 0;
  const Requirement requirement{
      .id = "TEST-01", .level = Level::must, .text = "comes", .clause = {"test", "it comes"}, .examine = [](Exam& exam) {
        const Instant begin = exam.now();
        EXPECT_FALSE(exam.await(std::chrono::hours{1}, [] {
          ++looks;
          return false;
        }));
        waited = exam.now() - begin;
      }};
  StillDut dut;
  examine(dut, {&requirement}, {});
  EXPECT_EQ(looks, 2) << "nothing was seen in an hour";
  EXPECT_EQ(waited, std::chrono::hours{1});
}

}  // namespace
}  // namespace fleetsim::sim
