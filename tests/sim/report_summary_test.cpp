#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "sim/report/number_text.hpp"
#include "sim/report/summary.hpp"
#include "tests/sim/report_sample.hpp"

namespace fleetsim::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

RunResult troubled_result() {
  RunResult result = sample_result();
  result.verdict = Verdict::fail;
  result.devices_stranded = 31;
  result.steps_failed = {"steps[2] wait_until moved: 969 of 1000 after 60 s"};
  result.violations = {
      "a1TestPK001/meters-000001 was accepted by iotx-oxssharez200 and by iotx-oxssharez400, and that is one instance too many"};
  result.failures = {{"a1TestPK001/meters-000003", "meters", "connect refused: 4 (bad user name or password)"}};
  result.failures_total = 12;
  result.stranded = {{"a1TestPK001/meters-000002", "meters", "notified, never asked the bootstrap endpoint"}};
  return result;
}

TEST(Summary, FitsEightyColumns) {
  RunResult result = troubled_result();
  result.generator.valid = false;
  result.generator.why_invalid = {
      "loop lag p99 1.2 s is above 200 ms: the machine is too small for this many devices; lower the rate or use --shard"};
  result.scenario = std::string(100, 's');
  result.thresholds.push_back(
      {"connect_seconds{group:a-group-with-a-long-name,region:ap-southeast-1,leg:mqtt,profile:esp-gateway}: p(99.9)<1.5", 1.0, true});
  result.distribution[0].job = std::string(100, 'j');
  result.distribution[1].source = std::string(64, 'i');
  result.distribution[1].targets[std::string(64, 't')] = 1;
  result.ledgers_not_compared = "devices came and went all the time, 12,345 are up and not online, which is more than a line has room for";
  std::istringstream lines{summary_text(result, {.color = Color::off})};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), summary_columns) << line;
}

TEST(Summary, HasNoColourUnlessAsked) {
  EXPECT_THAT(summary_text(troubled_result(), {.color = Color::off}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(summary_text(troubled_result(), {.color = Color::ansi}), HasSubstr("\x1b[31m✗\x1b[0m"));
}

TEST(Summary, ShowsWhatAGoodRunDid) {
  RunResult result = sample_result();
  result.thresholds.pop_back();
  const std::string text = summary_text(result, {.color = Color::off});
  EXPECT_THAT(text, HasSubstr("sample · world sockets · seed 7 · limits unlimited · 4.5s"));
  EXPECT_THAT(text, HasSubstr("✓ move_seconds: p(95)<2"));
  EXPECT_THAT(text, HasSubstr("total 1,000   online 1,000   moved 1,000   stranded 0   moves 2,000"));
  EXPECT_THAT(text, HasSubstr("to-singapore  region, from iotx-oxssharez200: 1,000 devices"));
  EXPECT_THAT(text, HasSubstr("nearest  nearest_access, from iotx-oxssharez200: 999 devices, 1 refused"));
  EXPECT_THAT(text, HasSubstr("DE -> eu-central-1"));
  EXPECT_THAT(text, HasSubstr("move_seconds"));
  EXPECT_THAT(text, HasSubstr("2,500/s"));
  EXPECT_THAT(text, HasSubstr("memory a device 1.84KB"));
  EXPECT_THAT(text, HasSubstr("pass: every check held (exit 0)"));
  EXPECT_THAT(text, Not(HasSubstr("STRANDED")));
}

/// The lines below a heading.
std::vector<std::string> section(const std::string& text, const std::string& heading) {
  std::istringstream lines{text};
  std::vector<std::string> found;
  bool is_inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) is_inside = false;
    if (is_inside) found.push_back(line);
    is_inside = is_inside || line.find(heading) == 2;
  }
  return found;
}

TEST(Summary, TellsAStormInAFewLines) {
  const std::vector<std::string> lines = section(summary_text(sample_result(), {.color = Color::off}), "WEATHER");
  EXPECT_THAT(lines, testing::ElementsAre(HasSubstr("tries      peak"), HasSubstr("failures   peak"), HasSubstr("lost       600 after 2m"),
                                          HasSubstr("meters connect: exponential, jitter, capped; "),
                                          HasSubstr("valves connect: constant; 300 of 300 alone")));
  EXPECT_THAT(lines[0], testing::ContainsRegex("peak +[0-9.,]+/s at [0-9a-z.]+, [0-9.]+ times the mean, half of it for [0-9a-z.]+"));
  EXPECT_THAT(lines[2], testing::ContainsRegex("half of them back: [0-9a-z.]+, nine in ten: [0-9a-z.]+"));
}

TEST(Summary, SaysNothingOfTheWeatherWhenAllWasCalm) {
  RunResult result = sample_result();
  WeatherRecorder calm({}, {.groups = 2, .regions = 3});
  for (int i = 0; i < 10; ++i) calm.count(WeatherKind::connects, sample_moment(i), {.region = 1, .group = 0});
  result.weather = calm.report();
  EXPECT_THAT(summary_text(result, {.color = Color::off}), Not(HasSubstr("WEATHER")));
}

TEST(Summary, SaysThatABurstCameAtOnceInsteadOfItsRate) {
  RunResult result = sample_result();
  const SeriesId publishes = result.metrics.series(Metric::publishes, {});
  for (std::uint64_t i = 0; i < 200; ++i) result.metrics.add_at(publishes, 1'000'000 + i * 50);
  EXPECT_THAT(summary_text(result, {.color = Color::off}), HasSubstr("publishes ..............              200           at once\n"));
  result.metrics.add_at(publishes, 1'010'000);
  EXPECT_THAT(summary_text(result, {.color = Color::off}), HasSubstr("publishes ..............              201          20,000/s\n"));
}

TEST(Summary, ShowsLatencyFromTheScheduledMoment) {
  std::istringstream lines{summary_text(sample_result(), {.color = Color::off})};
  std::string line;
  while (std::getline(lines, line) && line.find("move_seconds ..") == std::string::npos) {
  }
  EXPECT_THAT(line, testing::EndsWith(" 200ms")) << "the slowest took 190 ms from its real begin";
}

TEST(Summary, NamesWhatWentWrong) {
  const std::string text = summary_text(troubled_result(), {.color = Color::off});
  EXPECT_THAT(text, HasSubstr("STEPS FAILED (1)"));
  EXPECT_THAT(text, HasSubstr("VIOLATIONS (1)"));
  EXPECT_THAT(text, HasSubstr("FAILURES (12)"));
  EXPECT_THAT(text, HasSubstr("a1TestPK001/meters-000003 [meters] connect refused: 4 (bad user name or"));
  EXPECT_THAT(text, HasSubstr("... and 11 more"));
  EXPECT_THAT(text, HasSubstr("STRANDED (31)"));
  EXPECT_THAT(text, HasSubstr("notified, never asked the bootstrap\n      endpoint"));
  EXPECT_THAT(text, HasSubstr("no samples"));
  EXPECT_THAT(text, HasSubstr("fail: a check failed (exit 1)"));
}

TEST(Summary, TellsOfLateArrivalsOnlyWhereAScheduleCouldMakeThem) {
  RunResult result = sample_result();
  EXPECT_THAT(summary_text(result, {.color = Color::off}), HasSubstr("late arrivals 0 of 1,000\n    late publishes 2 of 5,000\n"));
  result.generator.arrivals = 0;
  result.generator.paced_publishes = 0;
  EXPECT_THAT(summary_text(result, {.color = Color::off}), testing::Not(HasSubstr("late")));
}

TEST(Summary, SaysThatAThresholdWasCrossed) {
  RunResult result = sample_result();
  result.verdict = Verdict::fail;
  EXPECT_THAT(summary_text(result, {.color = Color::off}), HasSubstr("fail: a threshold was crossed (exit 99)"));
}

TEST(Summary, HasALineForEachProfileWhereThereAreSeveral) {
  RunResult result = sample_result();
  EXPECT_EQ(summary_text(result, {.color = Color::off}).find("PROFILES"), std::string::npos);
  result.tag_names.profiles = {"reference", "legacy"};
  result.profiles.push_back({"legacy", 3, 2, 1, 2, {{"notified, no reply", 2}}});
  result.devices_stranded = result.devices_stranded_expected = 2;
  const std::string text = summary_text(result, {.color = Color::off});
  EXPECT_NE(text.find("legacy .................         3        2        1        2        0        -"), std::string::npos) << text;
  EXPECT_NE(text.find("notified, no reply"), std::string::npos);
  EXPECT_NE(text.find("stranded 2 (2 expected)"), std::string::npos);
}

}  // namespace
}  // namespace fleetsim::sim
