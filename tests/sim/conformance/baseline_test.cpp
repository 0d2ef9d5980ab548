// What a report of before makes of an exam: what is new, known, mended; and files that are none.
#include "sim/conformance/baseline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_json.hpp"
#include "sim/conformance/reports/sheet_junit.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "tests/sim/conformance/still_dut.hpp"

namespace fleetsim::sim {
namespace {

using testing::HasSubstr;

const Requirement a_must{.id = "A-01", .level = Level::must, .text = "is so", .clause = {"test", "it is so"}};

Baseline report_with(ExamVerdict verdict) {
  Baseline baseline;
  baseline.entries.emplace("A-01", BaselineEntry{.verdict = verdict, .seconds = 1});
  return baseline;
}

Standing standing(ExamVerdict then, ExamVerdict now, std::uint32_t attempts = 1) {
  return report_with(then).standing_of({.requirement = &a_must, .verdict = now, .attempts = attempts});
}

TEST(Baseline, WhatFailsIsNewUnlessItFailedBefore) {
  EXPECT_EQ(standing(ExamVerdict::pass, ExamVerdict::fail), Standing::new_here);
  EXPECT_EQ(standing(ExamVerdict::fail, ExamVerdict::fail), Standing::known);
  EXPECT_EQ(standing(ExamVerdict::inconclusive, ExamVerdict::fail), Standing::new_here) << "nobody knew that it fails";
  EXPECT_EQ(standing(ExamVerdict::pass_with_warnings, ExamVerdict::fail), Standing::new_here) << "it has got worse";
  EXPECT_EQ(Baseline{}.standing_of({.requirement = &a_must, .verdict = ExamVerdict::fail}), Standing::new_here);
}

TEST(Baseline, WhatWarnsIsKnownWhenItWarnedOrFailed) {
  EXPECT_EQ(standing(ExamVerdict::pass, ExamVerdict::pass_with_warnings), Standing::new_here);
  EXPECT_EQ(standing(ExamVerdict::pass_with_warnings, ExamVerdict::pass_with_warnings), Standing::known);
  EXPECT_EQ(standing(ExamVerdict::fail, ExamVerdict::pass_with_warnings), Standing::known);
}

TEST(Baseline, WhatPassesAtOnceIsMendedWhenItDidNotBefore) {
  EXPECT_EQ(standing(ExamVerdict::fail, ExamVerdict::pass), Standing::mended);
  EXPECT_EQ(standing(ExamVerdict::pass_with_warnings, ExamVerdict::pass), Standing::mended);
  EXPECT_EQ(standing(ExamVerdict::pass, ExamVerdict::pass), Standing::not_compared);
  EXPECT_EQ(standing(ExamVerdict::fail, ExamVerdict::pass, 2), Standing::not_compared) << "flaky is not mended";
  EXPECT_EQ(standing(ExamVerdict::fail, ExamVerdict::not_exercised), Standing::not_compared) << "not asked is not mended";
}

TEST(Baseline, WhatCouldNotBeJudgedIsKnownOnlyWhenItCouldNotBefore) {
  EXPECT_EQ(standing(ExamVerdict::inconclusive, ExamVerdict::inconclusive), Standing::known);
  EXPECT_EQ(standing(ExamVerdict::fail, ExamVerdict::inconclusive), Standing::new_here);
}

TEST(Baseline, ReadsWhatTheJsonReportWrites) {
  ExamSheet sheet;
  sheet.examined.push_back({.requirement = &a_must, .verdict = ExamVerdict::fail, .seconds = 2.5});
  const auto read = parse_baseline(sheet_json(sheet, {.dut = "still", .seed = 7}), "r.json");
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read->dut, "still");
  EXPECT_EQ(read->seed, 7U);
  EXPECT_EQ(read->entries.at("A-01").verdict, ExamVerdict::fail);
  EXPECT_EQ(read->seconds_of("A-01"), 2.5);
  EXPECT_EQ(read->seconds_of("A-02"), std::nullopt);
}

TEST(SheetJson, TellsTheEndOfALongStory) {
  ExamSheet sheet;
  Examined& examined = sheet.examined.emplace_back();
  examined.requirement = &a_must;
  examined.verdict = ExamVerdict::fail;
  for (int i = 0; i < 20'000; ++i) {
    TimelineEntry& entry = examined.timeline.entries.emplace_back();
    entry.note.kind = i + 1 < 20'000 ? "again" : "the_last_one";
  }
  const std::string json = sheet_json(sheet, {.dut = "still"});
  EXPECT_LT(json.size(), 300'000U);
  EXPECT_THAT(json, HasSubstr("the_last_one"));
  EXPECT_THAT(json, HasSubstr("\"timeline\": \"...\\n"));
}

TEST(Baseline, SaysWhatAFileIsThatIsNone) {
  const auto error = [](std::string_view text) {
    const auto read = parse_baseline(text, "r.json");
    return read.ok() ? std::string("taken") : read.error();
  };
  EXPECT_THAT(error(""), HasSubstr("r.json is no report of `fleetsim conform --json`: r.json:1:1: no JSON"));
  EXPECT_THAT(error("{\n \"schema_version\": 1,\n oops"), HasSubstr("r.json:3:"));
  EXPECT_THAT(error("{} {}"), HasSubstr("something stands behind the end"));
  EXPECT_THAT(error("[]"), HasSubstr("expected a JSON object"));
  EXPECT_THAT(error("{}"), HasSubstr("it has no \"schema_version\""));
  EXPECT_THAT(error(R"({"schema_version": 9, "requirements": []})"), HasSubstr("its \"schema_version\" is 9, expected 1"));
  EXPECT_THAT(error(R"({"schema_version": 1, "scenario": "quickstart"})"), HasSubstr("it has no list \"requirements\""));
  EXPECT_THAT(error(R"({"schema_version": 1, "requirements": [1]})"), HasSubstr("requirements[0] is no object"));
  EXPECT_THAT(error(R"({"schema_version": 1, "requirements": [{"verdict": "fail"}]})"), HasSubstr("requirements[0] has no id"));
  EXPECT_THAT(error(R"({"schema_version": 1, "requirements": [{"id": "A-01", "verdict": "bad"}]})"),
              HasSubstr("requirements[0] (A-01) has \"bad\" for a verdict"));
  EXPECT_THAT(error(R"({"schema_version": 1, "requirements": [{"id": "A", "verdict": "fail"}, {"id": "A", "verdict": "pass"}]})"),
              HasSubstr("A is there twice"));
  EXPECT_THAT(read_baseline("/nowhere/r.json").error(), HasSubstr("cannot read /nowhere/r.json: No such file"));
}

TEST(Baseline, AKnownFailureIsSkippedInJunitAndToldAsKnown) {
  StillDut dut;
  const Requirement fails{.id = "A-01", .level = Level::must, .text = "is so", .clause = {"test", "it is so"}, .examine = [](Exam& exam) {
                            exam.fail("this", "that");
                          }};
  const Baseline known = report_with(ExamVerdict::fail);
  const ExamSheet sheet = examine(dut, {&fails}, {.baseline = &known});
  const std::string xml = sheet_junit(sheet, {.dut = "still"});
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"known before, fail: expected this; actual that\"/>"));
  EXPECT_THAT(xml, HasSubstr("failures=\"0\""));
  EXPECT_THAT(examined_line(sheet.examined.front()), HasSubstr("(known)"));
  EXPECT_THAT(sheet_summary(sheet, "still"), HasSubstr("against the report of before: 0 new, 1 known, 0 mended"));
  const Baseline fine = report_with(ExamVerdict::pass);
  EXPECT_THAT(sheet_junit(examine(dut, {&fails}, {.baseline = &fine}), {.dut = "still"}), HasSubstr("<failure message="));
}

}  // namespace
}  // namespace fleetsim::sim
