#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <string>

#include "sim/report/html_report.hpp"
#include "sim/report/html_writer.hpp"
#include "sim/report/svg_chart.hpp"
#include "tests/sim/report_sample.hpp"

namespace fleetsim::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string escaped(std::string_view text) {
  std::string out;
  append_html_text(out, text);
  return out;
}

std::string chart_of(const Chart& chart) {
  std::string out;
  HtmlWriter html{out};
  append_chart(html, chart);
  return out;
}

// How the page looks and behaves is the business of html_report_test.py, in a browser; here are the texts.
TEST(HtmlText, NothingFromOutsideIsATagOrEndsAnAttribute) {
  EXPECT_EQ(escaped("<b a='1' c=\"2\">&amp;"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;");
}

TEST(HtmlText, ControlCharactersAndBytesThatAreNoUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(escaped(std::string_view("a\0b\x1b"
                                     "c\x7f",
                                     6)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c\xEF\xBF\xBD");
  EXPECT_EQ(escaped("\xC3\xA9 \xC3( \xED\xA0\x80"), "\xC3\xA9 \xEF\xBF\xBD( \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(escaped("two\nlines\t"), "two\nlines\t");
}

TEST(Chart, TheTopOfTheAxisIsARoundNumberThatHoldsThePeak) {
  EXPECT_EQ(round_top(0), 1);
  EXPECT_EQ(round_top(1), 1);
  EXPECT_EQ(round_top(1.01), 1.2);
  EXPECT_DOUBLE_EQ(round_top(0.07), 0.08);
  EXPECT_DOUBLE_EQ(round_top(412), 500);
  EXPECT_DOUBLE_EQ(round_top(9999), 10'000);
}

TEST(Chart, DrawsEachLineFromItsFirstToItsLastValueUpsideUp) {
  const std::string chart =
      chart_of({.title = "Connects", .unit = "/s", .seconds_per_point = 2, .lines = {{"connects", "connects", {0, 50, 100}}}});
  EXPECT_THAT(chart, HasSubstr("<path class=\"line connects\" d=\"M0 200L500 100L1000 0\"/>"));
  EXPECT_THAT(chart, HasSubstr("<path class=\"area connects\" d=\"M0 200L500 100L1000 0V200H0Z\"/>"));
  EXPECT_THAT(chart, HasSubstr("connects, peak 100/s"));
  EXPECT_THAT(chart, HasSubstr("<span>0s</span><span>1.5s</span><span>3s</span><span>4.5s</span><span>6s</span>"));
}

TEST(Chart, LeavesOutWhatLiesOnALevelLineAndLinesOfNothing) {
  const std::string chart =
      chart_of({.title = "x", .unit = {}, .lines = {{"a", "connects", {7, 7, 7, 7, 7}}, {"b", "failures", {0, 0, 0, 0, 0}}}});
  EXPECT_THAT(chart, HasSubstr("\"line connects\" d=\"M0 25L1000 25\""));
  EXPECT_THAT(chart, Not(HasSubstr("failures")));
}

TEST(Chart, ALineStopsWhereNothingHappensForAWhile) {
  EXPECT_THAT(chart_of({.title = "x", .unit = {}, .lines = {{"a", "connects", {0, 1, 0, 0, 0, 0, 1, 0}}}}),
              HasSubstr("\"line connects\" d=\"M0 200L142.9 0L285.7 200M714.3 200L857.1 0L1000 200\""));
}

TEST(Chart, OfNothingIsNotDrawn) {
  EXPECT_EQ(chart_of({.title = "x", .unit = {}, .lines = {}}), "");
  EXPECT_EQ(chart_of({.title = "x", .unit = {}, .lines = {{"a", "connects", {0, 0}}}}), "");
}

TEST(HtmlReport, IsOnePageWithoutScriptThatForbidsToFetchAnything) {
  const std::string page = html_report(sample_result());
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none';style-src 'unsafe-inline';img-src data:\""));
  EXPECT_THAT(page, HasSubstr("name=\"viewport\""));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_LT(page.size(), 60'000U) << "light";
}

TEST(HtmlReport, TellsTheStormTheBackOffAndWhatTheWholeFleetWouldDo) {
  const std::string page = html_report(sample_result());
  EXPECT_THAT(page, HasSubstr("<h3>cn-shanghai</h3>"));
  EXPECT_THAT(page, HasSubstr("<dd>412/s</dd><dt>connect tries at the peak, at 2m05s"));
  EXPECT_THAT(page, HasSubstr("until nine in ten of 600 lost after 2m00s were made up for; half of them: 1.5s"));
  EXPECT_THAT(page, HasSubstr("<td>valves</td><td>connect</td><td>constant</td><td>300 together</td>"));
  EXPECT_THAT(page, HasSubstr("<td>meters</td><td>connect</td><td>exponential, jitter, capped</td>"));
  EXPECT_THAT(page, HasSubstr("1,000,000 devices that wait as those of a group did, an outage of 10m00s"));
  EXPECT_THAT(page, HasSubstr("until 99 in 100 are back"));
}

TEST(HtmlReport, HasEveryPartThatTheSummaryHas) {
  RunResult result = sample_result();
  result.violations = {"accepted twice"};
  result.stranded = {{"pk/dn", "meters", "never asked"}};
  result.devices_stranded = 1;
  result.misbehaviour = {{"mqtt_kick", 7}};
  result.faults = {{"loss-in-shanghai", 8}};
  result.profiles.push_back({"legacy", 3, 3, 0, 3, {{"notified, no reply", 3}}});
  const std::string page = html_report(result);
  for (const char* part : {"exit 1", "move_seconds: p(95)&lt;2", "no samples", "accepted twice", "never asked", "mqtt_kick",
                           "loss-in-shanghai", "notified, no reply", "to-singapore", "DE -&gt; eu-central-1",
                           "<td>move_seconds</td><td>67.1ms</td>", "<td>connects</td><td>3,000</td>"})
    EXPECT_THAT(page, HasSubstr(part));
}

TEST(HtmlReport, HasTheTraceHashOfAVirtualRunAndNoneOfAnother) {
  RunResult result = sample_result();
  result.trace_hash = "0123456789abcdef0123456789abcdef";
  EXPECT_THAT(html_report(result), HasSubstr("trace <code>0123456789abcdef0123456789abcdef</code>"));
  result.trace_hash.clear();
  EXPECT_THAT(html_report(result), Not(HasSubstr("trace <code>")));
}

TEST(HtmlReport, OfARunInWhichNothingHappenedSaysSo) {
  RunResult result = sample_result();
  result.weather = {};
  EXPECT_THAT(html_report(result), AllOf(HasSubstr("Nothing happened."), Not(HasSubstr("<svg"))));
}

TEST(HtmlReport, ShowsEveryStepWithWhatBecameOfItAndWhen) {
  RunResult result = sample_result();
  result.steps_failed = {"steps[1] wait_until moved: 969 of 1000 after 60 s", "faults: nobody can be told"};
  const std::string page = html_report(result);
  EXPECT_THAT(page, HasSubstr("<td>steps[0] bring_online</td><td class=\"good\">✓ done</td><td>0s</td><td>1.5s</td>"));
  EXPECT_THAT(page, HasSubstr("<td>steps[1] wait_until moved</td><td class=\"bad\">✗ failed</td><td>1.5s</td><td>60s</td>"));
  EXPECT_THAT(page, HasSubstr("· steps[1] wait_until moved: 969 of 1000 after 60 s"));
  EXPECT_THAT(page, HasSubstr("<td>steps[2] probe</td><td class=\"bad\">✗ not reached</td><td></td><td></td>"));
  EXPECT_THAT(page, HasSubstr("Failed besides (1)")) << "what no step can be blamed for";
  EXPECT_THAT(page, HasSubstr("<li>faults: nobody can be told</li>"));
}

TEST(HtmlReport, TellsHowAGroupWaitsTogetherBeforeItCountsWhatEachShowsAlone) {
  const std::string page = html_report(sample_result());
  const std::string together = "<td>exponential, jitter, capped</td><td>\\d+ together</td>";
  std::smatch found;
  ASSERT_TRUE(std::regex_search(page, found, std::regex(together)));
  EXPECT_LT(static_cast<std::size_t>(found.position()), page.find(" alone</td>"));
  EXPECT_EQ(page.find("all rows together"), std::string::npos);
}

}  // namespace
}  // namespace fleetsim::sim
