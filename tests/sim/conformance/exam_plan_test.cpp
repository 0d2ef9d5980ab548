// What an exam has no time for: the order in which it is asked, what is not begun any more, what is cut off, and that a device by nature
// without something is not asked about it.
#include "sim/conformance/exam_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>

#include "sim/conformance/exam_watch.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/exam_progress_line.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "tests/sim/conformance/still_dut.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

Requirement named(
    std::string_view id, Level level, void (*examine)(Exam&) = [](Exam&) {}) {
  return {.id = id, .level = level, .text = "is so", .clause = {"test", "it is so"}, .examine = examine};
}

std::vector<std::string_view> ids_in_order(const std::vector<const Requirement*>& all, const Baseline* baseline) {
  std::vector<std::string_view> ids;
  for (const std::size_t i : exam_order(all, baseline)) ids.push_back(all[i]->id);
  return ids;
}

TEST(ExamPlan, AsksEveryMustBeforeAnyShouldAndGroupsInTheCataloguesOrder) {
  const Requirement b1 = named("B-01", Level::should);
  const Requirement b2 = named("B-02", Level::must);
  const Requirement a1 = named("A-01", Level::must);
  const Requirement a2 = named("A-02", Level::should);
  EXPECT_THAT(ids_in_order({&b1, &b2, &a1, &a2}, nullptr), testing::ElementsAre("B-02", "A-01", "B-01", "A-02"));
}

TEST(ExamPlan, AsksWhatWasShortBeforeFirstWithinAGroupOnly) {
  const Requirement b1 = named("B-01", Level::must);
  const Requirement b2 = named("B-02", Level::must);
  const Requirement a1 = named("A-01", Level::must);
  Baseline before;
  before.entries = {{"B-01", {.verdict = ExamVerdict::pass, .seconds = 9}},
                    {"B-02", {.verdict = ExamVerdict::pass, .seconds = 2}},
                    {"A-01", {.verdict = ExamVerdict::pass, .seconds = 1}}};
  EXPECT_THAT(ids_in_order({&b1, &b2, &a1}, &before), testing::ElementsAre("B-02", "B-01", "A-01"));
}

TEST(ExamPlan, ABudgetSaysNoWhenItIsSpentOrTooLittleIsLeft) {
  EXPECT_EQ(budget_says_no(seconds{60}, seconds{59}, std::nullopt), "");
  EXPECT_EQ(budget_says_no(seconds{60}, seconds{10}, 40.0), "");
  EXPECT_EQ(budget_says_no(seconds{60}, seconds{60}, std::nullopt), "left out: the budget of 1m was spent");
  EXPECT_EQ(budget_says_no(seconds{60}, seconds{40}, 30.0), "left out: it took 30 s before, and 20 s of the budget of 1m were left");
}

TEST(ExamPlan, ASpentBudgetLeavesOutAndSaysWhat) {
  StillDut dut;
  const Requirement one = named("A-01", Level::must);
  const ExamSheet sheet = examine(dut, {&one}, {.budget = ExamBudget{.whole = Duration{0}}});
  EXPECT_EQ(sheet.examined.front().verdict, ExamVerdict::not_exercised);
  EXPECT_TRUE(sheet.examined.front().left_out);
  EXPECT_THAT(sheet_summary(sheet, "still"), HasSubstr("1 left out by the budget: A-01"));
}

/// The device under test whose procedure looks at it: procedures are plain functions.
StillDut* under_test = nullptr;

TEST(ExamPlan, CutsOffWhatIsUnderWayWhenTheBudgetEndsAndJudgesNothing) {
  StillDut dut;
  under_test = &dut;
  const Requirement endless = named("A-01", Level::must, [](Exam& exam) {
    const auto give_up = std::chrono::steady_clock::now() + seconds{20};
    while (!under_test->stop->load() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    exam.fail("an end", "none, because it was cut off");
  });
  const Requirement next = named("A-02", Level::must);
  const auto begin = std::chrono::steady_clock::now();
  const ExamSheet sheet = examine(dut, {&endless, &next}, {.budget = ExamBudget{.whole = std::chrono::milliseconds{100}, .begin = begin}});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{10});
  EXPECT_EQ(sheet.examined[0].verdict, ExamVerdict::not_exercised) << "what was cut off failed nothing";
  EXPECT_EQ(sheet.examined[0].reason, "cut off: the budget was spent while it was examined");
  EXPECT_EQ(sheet.examined[1].reason, "left out: the budget of 100ms was spent");
  EXPECT_EQ(count_verdicts(sheet).left_out, 2U);
}

TEST(ExamPlan, WhatFailedBeforeTheBudgetEndedFailsThoughAnotherTryWasCutOff) {
  StillDut dut;
  under_test = &dut;
  static int tries;
  tries = 0;
  const Requirement endless = named("A-01", Level::must, [](Exam& exam) {
    if (++tries == 1) return exam.fail("this", "that");
    const auto give_up = std::chrono::steady_clock::now() + seconds{20};
    while (!under_test->stop->load() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  });
  const ExamSheet sheet = examine(dut, {&endless}, {.retries = 1, .budget = ExamBudget{.whole = std::chrono::milliseconds{100}}});
  EXPECT_EQ(sheet.examined[0].verdict, ExamVerdict::fail);
  EXPECT_EQ(sheet.examined[0].attempts, 1U);
  EXPECT_FALSE(sheet.examined[0].left_out);
}

TEST(ExamPlan, AnInterruptIsNoVerdictEither) {
  StillDut dut;
  static std::atomic<bool> stop;
  stop = false;
  under_test = &dut;
  const Requirement interrupted = named("A-01", Level::must, [](Exam& exam) {
    stop = true;
    const auto give_up = std::chrono::steady_clock::now() + seconds{20};
    while (!under_test->stop->load() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    exam.fail("an end", "none, because of Ctrl-C");
  });
  const ExamSheet sheet = examine(dut, {&interrupted}, {.stop = &stop});
  EXPECT_EQ(sheet.examined.front().verdict, ExamVerdict::not_exercised);
  EXPECT_EQ(sheet.examined.front().reason, "interrupted");
  EXPECT_FALSE(sheet.examined.front().left_out);
}

TEST(ExamWatch, LooksTwiceASecondUntilItsEnd) {
  std::mutex mutex;
  std::condition_variable looked;
  int looks = 0;
  const auto begin = std::chrono::steady_clock::now();
  const ExamWatch watch({.look = [&] {
    const std::lock_guard lock(mutex);
    ++looks;
    looked.notify_all();
  }});
  std::unique_lock lock(mutex);
  EXPECT_TRUE(looked.wait_for(lock, seconds{20}, [&] { return looks >= 2; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 2 * ExamWatch::looks_every) << "no oftener";
  EXPECT_FALSE(watch.halted().load());
}

TEST(ExamProgress, IsAPlainLineOnlyWhenNothingWasToldForTwoSeconds) {
  ExamProgressLine line{ExamProgressLine::Mode::plain};
  const ExamProgress progress{.done = 3, .all = 9, .under_way = {"A-01", "A-02", "A-03", "A-04"}};
  EXPECT_EQ(line.update(progress, 1.5), "");
  EXPECT_EQ(line.update(progress, 2.0), "   2.0s  3 of 9  now A-01, A-02, A-03 and 1 more\n");
  EXPECT_EQ(line.update(progress, 3.5), "");
  EXPECT_EQ(line.before_other_text(3.6), "") << "nothing is to be taken back";
  EXPECT_EQ(line.update(progress, 5.0), "") << "a requirement told of itself 1.4 s ago";
  EXPECT_NE(line.update(progress, 5.7), "");
}

TEST(ExamProgress, UpdatesItsLineOnATerminalAndTakesItBackForOtherText) {
  ExamProgressLine line{ExamProgressLine::Mode::terminal};
  EXPECT_THAT(line.update({.done = 1, .all = 2}, 0.5), testing::StartsWith("\r\x1b[K"));
  EXPECT_EQ(line.before_other_text(0.6), "\r\x1b[K");
  EXPECT_EQ(line.before_other_text(0.7), "");
  EXPECT_EQ(ExamProgressLine{ExamProgressLine::Mode::off}.update({.done = 1, .all = 2}, 9), "");
}

}  // namespace
}  // namespace fleetsim::sim
