// How an exam is chosen and judged, with a device of which everything is scripted.
#include "sim/conformance/examiner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/requirements/list.hpp"
#include "sim/conformance/selection.hpp"
#include "tests/sim/conformance/still_dut.hpp"

namespace fleetsim::sim {
namespace {

using testing::HasSubstr;

Requirement asks(Level level, void (*examine)(Exam&), std::uint16_t wants = needs::nothing) {
  return {.id = "TEST-01", .level = level, .text = "is so", .clause = {"test", "it is so"}, .needs = wants, .examine = examine};
}

Examined examined(const Requirement& requirement, StillDut& dut, std::uint32_t retries = 0) {
  return examine(dut, {&requirement}, {.retries = retries}).examined.front();
}
Examined examined(const Requirement& requirement) {
  StillDut dut;
  return examined(requirement, dut);
}

TEST(Examiner, PassesWhatFindsNothing) {
  EXPECT_EQ(examined(asks(Level::must, [](Exam&) {})).verdict, ExamVerdict::pass);
}

TEST(Examiner, FailsAMustAndWarnsOfAShould) {
  const auto wrong = [](Exam& exam) { exam.expect(false, "this", "that"); };
  const Examined failed = examined(asks(Level::must, wrong));
  EXPECT_EQ(failed.verdict, ExamVerdict::fail);
  ASSERT_EQ(failed.findings.size(), 1U);
  EXPECT_EQ(failed.findings.front().expected, "this");
  EXPECT_EQ(failed.findings.front().actual, "that");
  EXPECT_EQ(examined(asks(Level::should, wrong)).verdict, ExamVerdict::pass_with_warnings);
}

TEST(Examiner, AWarningIsNoFailure) {
  EXPECT_EQ(examined(asks(Level::must, [](Exam& exam) { exam.warn("this", "that"); })).verdict, ExamVerdict::pass_with_warnings);
}

TEST(Examiner, WhatCannotBeJudgedIsInconclusiveButNotWhereSomethingIsWrong) {
  const Examined never = examined(asks(Level::must, [](Exam& exam) { exam.comes_online(); }));
  EXPECT_EQ(never.verdict, ExamVerdict::inconclusive);
  EXPECT_THAT(never.reason, HasSubstr("did not come online within 120 s"));
  const auto wrong_and_gone = [](Exam& exam) {
    exam.fail("this", "that");
    exam.inconclusive("and then it went away");
  };
  EXPECT_EQ(examined(asks(Level::must, wrong_and_gone)).verdict, ExamVerdict::fail);
  EXPECT_EQ(examined(asks(Level::must, [](Exam& exam) { exam.misbehave("nothing"); })).reason, "no such rule");
}

TEST(Examiner, DoesNotAskWhatTheAdapterCannotDo) {
  const Examined asked = examined(asks(
      Level::must, [](Exam& exam) { exam.fail("", ""); }, needs::power | needs::tls | needs::flash));
  EXPECT_EQ(asked.verdict, ExamVerdict::not_exercised);
  EXPECT_EQ(asked.reason, "a device of this kind cannot be met with real TLS, show its flash");
}

TEST(Examiner, ShowsWhatPassesOnlyTheSecondTimeAsFlaky) {
  static int tries;
  tries = 0;
  StillDut dut;
  const Requirement second_time = asks(Level::must, [](Exam& exam) { exam.expect(++tries > 1, "this", "that"); });
  const Examined asked = examined(second_time, dut, 3);
  EXPECT_EQ(asked.verdict, ExamVerdict::pass);
  EXPECT_EQ(asked.attempts, 2U);
  EXPECT_EQ(asked.findings.size(), 1U) << "what went wrong is told";
  EXPECT_THAT(examined_line(asked), HasSubstr("flaky"));
}

TEST(Examiner, NothingButAPassLetsADeviceOffThatFailedBefore) {
  static int tries;
  StillDut dut;
  tries = 0;
  const Requirement unsure = asks(Level::must, [](Exam& exam) {
    if (++tries == 1) return exam.fail("this", "that");
    exam.inconclusive("it never came");
  });
  const Examined failed = examined(unsure, dut, 2);
  EXPECT_EQ(failed.verdict, ExamVerdict::fail);
  EXPECT_EQ(failed.attempts, 3U);
  EXPECT_EQ(failed.findings.size(), 1U);
  tries = 0;
  const Requirement milder = asks(Level::must, [](Exam& exam) { ++tries == 1 ? exam.fail("this", "that") : exam.warn("this", "almost"); });
  EXPECT_EQ(examined(milder, dut, 1).verdict, ExamVerdict::fail);
  tries = 0;
  const Requirement worse = asks(Level::must, [](Exam& exam) { ++tries == 1 ? exam.inconclusive("not yet") : exam.fail("this", "that"); });
  EXPECT_EQ(examined(worse, dut, 1).verdict, ExamVerdict::fail);
}

TEST(ExaminedLine, ShowsNothingThatATerminalObeys) {
  EXPECT_EQ(one_line("a\x1b[2Jb\nc\xff\xc2\x9b \xc3\xa9"), "a\xEF\xBF\xBD[2Jb c\xEF\xBF\xBD\xEF\xBF\xBD \xc3\xa9");
  const Requirement asked = asks(Level::must, [](Exam& exam) { exam.inconclusive("it printed \x1b[2J"); });
  const Examined told = examined(asked);
  EXPECT_EQ(examined_line(told).find('\x1b'), std::string::npos);
  EXPECT_EQ(examined_details(told).find('\x1b'), std::string::npos);
}

TEST(Examiner, AnEnvironmentThatFailsIsToldAndNothingIsJudged) {
  StillDut dut;
  dut.problem = "no ports";
  const Requirement requirement = asks(Level::must, [](Exam&) {});
  const ExamSheet sheet = examine(dut, {&requirement}, {});
  EXPECT_EQ(sheet.problem, "no ports");
  EXPECT_EQ(sheet.examined.front().verdict, ExamVerdict::inconclusive);
}

TEST(Examiner, EveryWaitHasADeadline) {
  StillBench bench;
  Exam exam(bench, {});
  EXPECT_FALSE(exam.await(std::chrono::hours{1}, [] { return false; }));
  EXPECT_EQ(exam.now(), Instant{std::chrono::hours{1}});
}

TEST(Selection, PatternsGroupsAndIdsAddUpInTheOrderOfTheCatalogue) {
  const auto chosen = select({.filters = {"MQTT-MOVE-0?"}, .groups = {"NOTIFY"}, .ids = {"NOTIFY-01"}});
  ASSERT_TRUE(chosen.ok());
  EXPECT_TRUE(std::is_sorted(chosen->begin(), chosen->end(), std::less<>{}));
  std::set<std::string_view> groups;
  for (const Requirement* one : *chosen) groups.insert(one->group());
  EXPECT_EQ(groups, (std::set<std::string_view>{"MQTT-MOVE", "NOTIFY"}));
  EXPECT_EQ(std::set<const Requirement*>(chosen->begin(), chosen->end()).size(), chosen->size());
}

TEST(Selection, NamesWhatNothingMatches) {
  EXPECT_THAT(select({.filters = {"TSL-*"}}).error(), HasSubstr("no requirement's id matches \"TSL-*\"; the groups are NOTIFY, "));
  EXPECT_THAT(select({.groups = {"notify"}}).error(), HasSubstr("there is no group \"notify\""));
  EXPECT_THAT(select({.ids = {"NOTIFY-99"}}).error(), HasSubstr("there is no requirement \"NOTIFY-99\""));
}

TEST(Selection, PatternsStandForAnyTextAndOneCharacter) {
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("a*c?", "abbcd"));
  EXPECT_TRUE(matches_pattern("*b*b", "abab"));
  EXPECT_FALSE(matches_pattern("a?", "a"));
  EXPECT_FALSE(matches_pattern("a*b", "abc"));
}

TEST(Catalogue, HasIdsThatAreUniqueAndClausesThatSaySomething) {
  std::set<std::string_view> ids;
  for (const Requirement& one : requirements()) {
    EXPECT_TRUE(ids.insert(one.id).second) << one.id;
    EXPECT_FALSE(one.text.empty()) << one.id;
    EXPECT_FALSE(one.clause.source.empty()) << one.id;
    EXPECT_FALSE(one.clause.text.empty()) << one.id;
    EXPECT_NE(one.examine, nullptr) << one.id;
  }
}

TEST(DutNames, AreExplainedWhenTheyAreWrong) {
  EXPECT_THAT(make_dut("board").error(), HasSubstr("expected virtual:PROFILE"));
  EXPECT_THAT(make_dut("virtual:referense").error(), HasSubstr("there is no firmware profile \"referense\"; there are reference, "));
}

}  // namespace
}  // namespace fleetsim::sim
