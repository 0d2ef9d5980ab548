// Rows that one rule of the classifier decides each: without it they are told to be something else. Found by breaking the rules one by one.
#include <gtest/gtest.h>
#include <vector>

#include "sim/weather/backoff_likelihood.hpp"
#include "sim/weather/backoff_tally.hpp"

namespace fleetsim::sim::backoff_rows_test {
namespace {

using Row = std::vector<double>;

struct Case {
  const char* rule;
  Row gaps;
  const char* text;
};

TEST(BackoffRows, AreToldByTheRuleThatDecidesThem) {
  const Case cases[] = {
      {"six gaps are enough", {2, 2.3, 3.1, 3, 1, 0.5}, "constant, jitter"},
      {"a narrow spread is no better than one of a fiftieth",
       {1.5, 0.1, 1.4, 0.7, 1.8, 0.3, 1, 2.3, 0.4, 0, 0.3, 1.4, 0.3, 2, 2.2, 0},
       "constant, jitter"},
      {"nothing is below its floor", {0.4, 0.4, 0.1, 1.6, 0, 1, 2.4}, "linear, jitter"},
      {"one gap at the longest is no cut", {2.6, 3.2, 2.6, 2.9, 2, 1}, "constant, jitter"},
      {"a decorrelated wait begins at three times the least", {0.5, 0.3, 0.2, 0.1, 0.2, 0}, "constant, jitter"},
      {"and never grows by more than three times", {0.7, 2, 1.7, 0.7, 0.4, 3.6}, "too few attempts"},
      {"a shape needs most of the belief", {0.5, 1.8, 0.3, 0, 2.7, 3.5}, "too few attempts"},
      {"a decorrelated wait is capped where it is cut", {8.7, 9, 9, 9, 9, 9, 9, 9, 9, 5}, "exponential, jitter, capped"},
  };
  for (const Case& one : cases) EXPECT_EQ(backoff_class_text(classify_backoff(one.gaps)), one.text) << one.rule;
}

/// Of a row's first six gaps, and of the whole row so many times.
BackoffClass together(const Row& row, int times) {
  BackoffTally whole;
  for (int i = 0; i < times; ++i) whole.add(row);
  BackoffTally all;
  all.add(std::span(row).first(6));
  all.merge(whole);
  return all.together();
}

TEST(BackoffRows, AreToldTogetherByTheRuleThatDecidesThem) {
  struct Together {
    const char* rule;
    Row gaps;
    int times;
    const char* text;
  };
  const Together cases[] = {
      {"what is undecided alone counts", {0.5, 1.8, 0.3, 0, 2.7, 3.5}, 1, "linear, jitter"},
      {"a try at once tells nothing", {0, 0.3, 0, 9.8, 7.3, 26.3}, 1, "too few attempts"},
      {"rows with jitter are not counted but weighed", {1.7, 0, 3.7, 4.6, 4.6, 1.1}, 2, "too few attempts"},
      {"a growth by three times may be a little more", {6.7, 12.5, 15.9, 4.4, 8.1, 24.3}, 1, "exponential, jitter, capped"},
      {"a cap at the last gap was not seen", {0.7, 0.9, 2.5, 5.6, 8.1, 5.2, 13.7}, 2, "exponential, jitter"},
      {"one before it was", {0.9, 1.8, 2.5, 3, 8.2, 4.9}, 2, "exponential, jitter, capped"},
      {"the longest row says how far was seen", {5.4, 6, 17.7, 0.1, 63.4, 14.9, 52.5}, 1, "exponential, jitter, capped"},
      {"one odd row takes no more than its share", {3, 3, 3, 1.6, 3, 3, 3, 2.1, 3, 3, 1.5, 0}, 1, "too few attempts"},
  };
  for (const Together& one : cases) EXPECT_EQ(backoff_class_text(together(one.gaps, one.times)), one.text) << one.rule;
}

TEST(BackoffEvidence, LooksAtNoMoreGapsThanAreKept) {
  Row row{1, 2.5, 3, 9, 14, 40, 60, 61, 75, 60, 64, 70, 78, 61, 66, 71};
  BackoffEvidence kept;
  kept.add(row);
  row.insert(row.end(), {0.1, 500, 0.1, 900});
  BackoffEvidence longer;
  longer.add(row);
  EXPECT_EQ(backoff_class_text(longer.verdict()), backoff_class_text(kept.verdict()));
}

}  // namespace
}  // namespace fleetsim::sim::backoff_rows_test
