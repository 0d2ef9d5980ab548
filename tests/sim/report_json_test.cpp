#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/report/json_report.hpp"
#include "tests/sim/report_sample.hpp"

namespace fleetsim::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

// That the report has the form of scenarios/report.schema.json is the business of scenario_schema_test.py; here are the values.
TEST(JsonReport, HasTheNumbersOfTheRun) {
  const std::string text = json_report(sample_result());
  EXPECT_THAT(text, HasSubstr("\"schema_version\": 1"));
  EXPECT_THAT(text, HasSubstr("\"verdict\": \"pass\""));
  EXPECT_THAT(text, HasSubstr("\"total\": 1000"));
  EXPECT_THAT(text, HasSubstr("\"moves\": 2000"));
  EXPECT_THAT(text, HasSubstr("\"iotx-oxssharez700\": 600"));
  EXPECT_THAT(text, HasSubstr("\"DE -> eu-central-1\": 600"));
  EXPECT_THAT(text, HasSubstr("\"jobs\": [\n        \"job-2\",\n        \"job-3\"\n      ]"));
  EXPECT_THAT(text, HasSubstr("\"late_arrivals\": 0,\n    \"paced_publishes\": 5000,\n    \"late_publishes\": 2"));
}

TEST(JsonReport, TakesARateFromTheRunAndElseOverTheWholeTime) {
  RunResult result = sample_result();
  EXPECT_THAT(json_report(result), HasSubstr("\"connects_per_second\": {\n      \"value\": 2500.5\n    }"));
  result.rates.clear();
  EXPECT_THAT(json_report(result), HasSubstr("\"connects_per_second\": {\n      \"value\": 666.6666666666666\n    }"));
}

TEST(JsonReport, ShowsLatencyFromTheScheduledMomentAndBesideItFromTheRealBegin) {
  const std::string text = json_report(sample_result());
  const std::size_t metric = text.find("\"move_seconds\": {");
  const std::size_t uncorrected = text.find("\"uncorrected\": {", metric);
  const std::size_t end = text.find("\"series\"", uncorrected);
  ASSERT_LT(end, text.size());
  EXPECT_THAT(text.substr(metric, uncorrected - metric), HasSubstr("\"max\": 0.2,"));
  EXPECT_THAT(text.substr(uncorrected, end - uncorrected), HasSubstr("\"max\": 0.19\n"));
}

TEST(JsonReport, SaysWhyTheGeneratorIsNotToBeTrusted) {
  RunResult result = sample_result();
  result.generator.valid = false;
  result.generator.why_invalid = {"11 of 1000 arrivals came late"};
  EXPECT_THAT(json_report(result), HasSubstr("\"valid\": false,\n    \"why_invalid\": [\n      \"11 of 1000 arrivals came late\"\n    ]"));
}

TEST(JsonReport, ShowsAThresholdWithoutSamplesAsNull) {
  EXPECT_THAT(json_report(sample_result()),
              HasSubstr("\"expression\": \"notify_seconds: max<1\",\n      \"value\": null,\n      \"ok\": false"));
}

TEST(JsonReport, NamesTagsThatAreSetAndLeavesOutTheOthers) {
  const std::string text = json_report(sample_result());
  EXPECT_THAT(text, HasSubstr("\"region\": \"ap-southeast-1\",\n            \"leg\": \"mqtt\""));
  EXPECT_THAT(text, Not(HasSubstr("\"leg\": \"\"")));
}

TEST(JsonReport, EachProfileHasWhatBecameOfItsDevicesAndWhatWasMeasuredOfThem) {
  RunResult result = sample_result();
  result.tag_names.profiles = {"reference", "legacy"};
  result.profiles.push_back({"legacy", 3, 3, 0, 3, {{"notified, no reply", 3}}});
  result.metrics.add(result.metrics.series(Metric::connects, {.group = 1, .region = 1, .leg = LegTag::mqtt, .profile = 1}), 3);
  const std::string json = json_report(result);
  const std::size_t legacy = json.find("\"profile\": \"legacy\"", json.find("\"profiles\""));
  ASSERT_NE(legacy, std::string::npos);
  const std::string part = json.substr(legacy, json.find("\"thresholds\"") - legacy);
  EXPECT_NE(part.find("\"stranded\": 3"), std::string::npos);
  EXPECT_NE(part.find("\"notified, no reply\": 3"), std::string::npos);
  EXPECT_EQ(result.metrics.total_of_profile(Metric::connects, 0).count, 3000U);
  EXPECT_EQ(result.metrics.total_of_profile(Metric::connects, 1).count, 3U);
}

}  // namespace
}  // namespace fleetsim::sim
