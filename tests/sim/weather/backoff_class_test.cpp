#include "sim/weather/backoff_class.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

#include "sim/weather/backoff_tally.hpp"

namespace fleetsim::sim {
namespace {

std::string class_of(const std::vector<double>& gaps) { return backoff_class_text(classify_backoff(gaps)); }

TEST(BackoffClass, FewerThanFourGapsTellNothing) {
  EXPECT_EQ(class_of({}), "too few attempts");
  EXPECT_EQ(class_of({1, 2, 4}), "too few attempts");
  EXPECT_EQ(class_of({1, 2, 4, 8}), "exponential");
}

TEST(BackoffClass, RetriesAtOnceAreNone) {
  EXPECT_EQ(class_of({0, 0.01, 0.002, 0.05, 0}), "none");
  EXPECT_EQ(class_of({0.1, 0.1, 0.1, 0.1}), "none");
  EXPECT_EQ(class_of({0.2, 0.2, 0.2, 0.2}), "constant");
}

TEST(BackoffClass, TheSameGapAgainAndAgainIsConstantThoughTheLoopIsALittleLate) {
  EXPECT_EQ(class_of({2, 2, 2, 2}), "constant");
  EXPECT_EQ(class_of({2.01, 2, 2.03, 2.0, 2.02}), "constant");
  EXPECT_EQ(class_of({30, 30.4, 30.2, 30}), "constant");
}

TEST(BackoffClass, ASteadyStepIsLinearWhereverItBegins) {
  EXPECT_EQ(class_of({1, 2, 3, 4, 5}), "linear");
  EXPECT_EQ(class_of({4.3, 6.3, 8.3, 10.3, 12.3}), "linear");
  EXPECT_EQ(class_of({4, 6, 8, 10, 10, 10}), "linear, capped");
  EXPECT_EQ(class_of({10, 20, 30, 30, 30}), "linear, capped");
}

TEST(BackoffClass, ASteadyFactorIsExponentialWhateverTheFactor) {
  EXPECT_EQ(class_of({1, 1.5, 2.25, 3.375, 5.0625}), "exponential");
  EXPECT_EQ(class_of({0.5, 1, 2, 4}), "exponential");
  EXPECT_EQ(class_of({1, 3, 9, 27, 81}), "exponential");
  EXPECT_EQ(class_of({1, 2, 4, 8, 16, 30, 30}), "exponential, capped");
  EXPECT_EQ(class_of({1, 2, 4, 8, 16, 30}), "exponential, capped") << "the last gap alone shows the cap";
  EXPECT_EQ(class_of({10, 20, 35, 35, 35}), "exponential, capped");
}

TEST(BackoffClass, AFirstTryAtOnceIsNoPartOfTheRow) {
  EXPECT_EQ(class_of({0, 4, 6, 8, 10}), "linear");
  EXPECT_EQ(class_of({0.01, 2, 2, 2, 2}), "constant");
}

TEST(BackoffClass, OneStepIsNoGrowth) { EXPECT_EQ(class_of({1, 60, 60, 60, 60}), "constant"); }

TEST(BackoffClass, ARestAboveWhatWouldFollowIsNoCap) {
  EXPECT_EQ(class_of({1, 2, 3, 50, 50}), "too few attempts") << "nor is anything else told by so few";
}

TEST(BackoffClass, JitterNeedsSixGapsToBeTold) {
  EXPECT_EQ(class_of({8.3, 11.9, 9.1, 10.4, 11.2}), "too few attempts");
  EXPECT_EQ(class_of({8.3, 11.9, 9.1, 10.4, 11.2, 8.1, 9.9}), "constant, jitter");
}

TEST(BackoffClass, AHundredAlikeAreTheFirstSixteen) {
  std::vector<double> gaps(100, 700.0);
  std::fill_n(gaps.begin(), gaps_kept_max, 5.0);
  EXPECT_EQ(class_of(gaps), "constant");
}

TEST(BackoffEvidence, SaysNothingWithoutRowsAndOfRowsThatAreTooShort) {
  BackoffEvidence evidence;
  EXPECT_EQ(evidence.verdict(), BackoffClass{});
  evidence.add(std::vector<double>{1, 2, 4, 8, 16});
  EXPECT_EQ(evidence.rows(), 0U);
}

TEST(BackoffEvidence, MergesInAnyOrderToTheSame) {
  const std::vector<double> one{8.3, 11.9, 9.1, 10.4, 11.2, 8.1, 9.9};
  const std::vector<double> two{0.4, 3.1, 1.1, 7.5, 9.2, 2.0, 13.1, 4.4};
  BackoffEvidence first;
  first.add(one);
  BackoffEvidence second;
  second.add(two);
  BackoffEvidence forth = first;
  forth.merge(second);
  second.merge(first);
  EXPECT_EQ(forth.rows(), 2U);
  EXPECT_EQ(forth.verdict(), second.verdict());
}

TEST(BackoffEvidence, OneOddDeviceDoesNotOutvoteTheOthers) {
  BackoffEvidence evidence;
  for (int i = 0; i < 8; ++i) evidence.add(std::vector<double>{8.3, 11.9, 9.1, 10.4, 11.2, 8.1, 9.9, 10.2});
  evidence.add(std::vector<double>{0.7, 1.2, 3.1, 5.9, 14, 27, 40, 111});
  EXPECT_EQ(evidence.verdict().shape, BackoffShape::constant);
}

TEST(BackoffTally, TwoRowsThatFitByChanceSayNothingOfManyThatDoNot) {
  BackoffTally tally;
  for (int i = 0; i < 2; ++i) tally.add(std::vector<double>{1, 2, 4, 8});
  for (int i = 0; i < 20; ++i) tally.add(std::vector<double>{8.3, 1.9, 9.1, 0.4});
  EXPECT_EQ(tally.together(), BackoffClass{});
}

TEST(BackoffTally, TakesTheRowsThatAreMoreForWhatAllAreTogether) {
  BackoffTally tally;
  EXPECT_EQ(tally.together(), BackoffClass{});
  tally.add(std::vector<double>{5, 5, 5, 5, 5, 5});
  EXPECT_EQ(backoff_class_text(tally.together()), "constant");
  for (int i = 0; i < 3; ++i) tally.add(std::vector<double>{0.6, 1.1, 3.2, 5.7, 14, 27, 40, 111});
  EXPECT_EQ(backoff_class_text(tally.together()), "exponential, jitter");
  EXPECT_EQ(tally.devices_followed(), 4U);
  for (int i = 0; i < 6; ++i) tally.add(std::vector<double>{8.3, 1.9, 9.1, 0.4});
  EXPECT_EQ(backoff_class_text(tally.together()), "exponential, jitter");
  BackoffTally merged;
  merged.merge(tally);
  EXPECT_EQ(merged.together(), tally.together());
}

TEST(BackoffClass, EachHasAPlaceOfItsOwnInATable) {
  std::set<std::string> texts;
  for (std::size_t i = 0; i < backoff_class_count; ++i) {
    EXPECT_EQ(backoff_class_index(backoff_class_at(i)), i);
    texts.insert(backoff_class_text(backoff_class_at(i)));
  }
  EXPECT_EQ(texts.size(), 17U) << "too few is said in one way";
}

}  // namespace
}  // namespace fleetsim::sim
