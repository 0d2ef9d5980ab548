#include "sim/conformance/reports/sheet_html.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <vector>

#include "sim/conformance/reports/sheet_html_style.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/report/html_style.hpp"
#include "sim/report/html_writer.hpp"
#include "sim/report/number_text.hpp"
#include "sim/trace/timeline_text.hpp"

namespace fleetsim::sim {
namespace {

// Of a timeline, what leads up to the last thing that was found, and what comes of it; the JSON has more.
constexpr std::size_t entries_before_max = 120;
constexpr std::size_t entries_after_max = 15;

std::string_view tone(const Examined& one) {
  switch (one.verdict) {
    case ExamVerdict::pass:
      return is_flaky(one) ? "warn" : "good";
    case ExamVerdict::pass_with_warnings:
      return "warn";
    case ExamVerdict::fail:
      return "bad";
    case ExamVerdict::not_applicable:
    case ExamVerdict::inconclusive:
    case ExamVerdict::not_exercised:
      return "other";
  }
  return "other";
}

std::string badge_text(const Examined& one) {
  if (is_flaky(one)) return "flaky";
  return one.verdict == ExamVerdict::pass_with_warnings ? "warning" : std::string(verdict_name(one.verdict));
}

/// What a reader must see without a tap.
bool is_open(const Examined& one) {
  return one.verdict == ExamVerdict::fail || one.verdict == ExamVerdict::pass_with_warnings || is_flaky(one);
}

void put_head(HtmlWriter& html, const SheetFacts& facts) {
  html.raw(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';img-src data:\">"
      "<link rel=\"icon\" href=\"data:,\">");
  html.element("title", facts.dut + " · fleetsim conform");
  html.raw("<style>");
  html.raw(html_style);
  html.raw(sheet_html_style);
  html.raw("</style></head>\n<body><main>\n");
}

std::string_view exit_words(int code) {
  switch (code) {
    case 0:
      return "pass";
    case 1:
      return "fail";
    case 130:
      return "interrupted";
    default:
      return "inconclusive";
  }
}

void put_summary(HtmlWriter& html, const ExamSheet& sheet, const SheetFacts& facts) {
  html.element("h1", facts.dut);
  html.raw("<p>");
  html.element(facts.exit_code == 0 ? "span class=\"verdict good\"" : "span class=\"verdict bad\"", exit_words(facts.exit_code));
  html.text(fmt::format(" exit {}", facts.exit_code));
  html.raw("</p>\n");
  if (!sheet.problem.empty()) html.element("p class=\"bad\"", sheet.problem);
  std::string line = fmt::format("seed {} · {} requirements in {}", facts.seed, sheet.examined.size(), seconds_text(facts.seconds));
  if (facts.strict) line += " · strict";
  if (!facts.budget.empty()) line += " · budget " + facts.budget;
  if (!facts.baseline.empty()) line += " · compared with " + facts.baseline;
  html.element("p class=\"faint\"", line);
  if (const std::string foreign = facts.foreign_baseline(); !foreign.empty()) html.element("p class=\"warn\"", foreign);
  const SheetCounts counts = count_verdicts(sheet);
  const auto figure = [&html](std::size_t count, std::string_view what) {
    if (count > 0) html.figure(std::to_string(count), what);
  };
  html.begin_small_figures();
  html.figure(std::to_string(counts.passed), "pass");
  figure(counts.warned, "pass with warnings");
  html.figure(std::to_string(counts.failed), "fail");
  figure(counts.inconclusive, "inconclusive");
  figure(counts.not_applicable, "not applicable");
  figure(counts.not_exercised, "not exercised");
  figure(counts.flaky, "flaky");
  figure(counts.left_out, "left out by the budget");
  figure(counts.new_here, "new");
  figure(counts.known, "known before");
  figure(counts.mended, "mended");
  html.end_figures();
}

/// The run of requirements of one group from `at` on.
std::span<const Examined> group_from(const ExamSheet& sheet, std::size_t at) {
  std::size_t end = at;
  while (end < sheet.examined.size() && sheet.examined[end].requirement->group() == sheet.examined[at].requirement->group()) ++end;
  return std::span(sheet.examined).subspan(at, end - at);
}

void put_groups(HtmlWriter& html, const ExamSheet& sheet) {
  html.element("h2", "Groups");
  html.begin_table({"Group", "Verdict", "pass", "warn", "fail", "inconcl.", "n/a", "not ex."});
  for (std::size_t at = 0; at < sheet.examined.size();) {
    const std::span<const Examined> group = group_from(sheet, at);
    const SheetCounts counts = count_verdicts({.examined = {group.begin(), group.end()}, .problem = {}});
    const std::string_view name = group.front().requirement->group();
    html.raw("<tr><td><a href=\"#group-");
    html.text(name);
    html.raw("\">");
    html.text(name);
    html.raw("</a></td>");
    if (counts.failed > 0)
      html.element("td class=\"bad\"", "✗ fail");
    else if (counts.inconclusive > 0)
      html.element("td", "inconclusive");
    else if (counts.passed + counts.warned == 0)
      html.element("td", "not exercised");
    else
      html.element(counts.warned > 0 ? "td class=\"warn\"" : "td class=\"good\"", counts.warned > 0 ? "✓ with warnings" : "✓ pass");
    for (const std::size_t count :
         {counts.passed, counts.warned, counts.failed, counts.inconclusive, counts.not_applicable, counts.not_exercised})
      html.element("td", count == 0 ? std::string{} : std::to_string(count));
    html.raw("</tr>");
    at += group.size();
  }
  html.end_table();
}

/// From which entry to which one: around the last thing that was found.
std::pair<std::size_t, std::size_t> window_of(const Examined& one) {
  const auto& entries = one.timeline.entries;
  std::size_t found = entries.size();
  if (!one.findings.empty()) {
    const Instant at = one.findings.back().at;
    const auto after = std::find_if(entries.begin(), entries.end(), [at](const TimelineEntry& entry) { return entry.at.first() > at; });
    found = static_cast<std::size_t>(after - entries.begin());
  }
  return {found - std::min(found, entries_before_max), std::min(entries.size(), found + entries_after_max)};
}

void put_timeline(HtmlWriter& html, const Examined& one) {
  if (one.timeline.entries.empty()) return;
  const auto [begin, end] = window_of(one);
  html.element("p class=\"faint\"", "Timeline: seconds at the device, at the platform, link, what happened");
  if (begin > 0) html.element("p class=\"faint\"", fmt::format("{} entries before", begin));
  html.raw("<ol class=\"story\">\n");
  for (std::size_t i = begin; i < end; ++i) {
    const TimelineRow row = timeline_row(one.timeline, one.timeline.entries[i]);
    html.raw("<li>");
    for (const std::string_view cell : {std::string_view(row.device_at), row.arrow, std::string_view(row.platform_at),
                                        std::string_view(row.where), std::string_view(row.what)})
      html.element("span", cell);
    html.raw("</li>\n");
  }
  html.raw("</ol>\n");
  if (end < one.timeline.entries.size())
    html.element("p class=\"faint\"", fmt::format("{} entries after", one.timeline.entries.size() - end));
}

void put_fact(HtmlWriter& html, std::string_view name, std::string_view value, std::string_view tag = "dd") {
  html.element("dt", name);
  html.element(tag, value);
}

void put_requirement(HtmlWriter& html, const Examined& one) {
  const Requirement& requirement = *one.requirement;
  html.raw("<details id=\"");
  html.text(requirement.id);
  html.raw(is_open(one) ? "\" open><summary>" : "\"><summary>");
  html.element(fmt::format("span class=\"verdict {}\"", tone(one)), badge_text(one));
  html.element("b", requirement.id);
  html.text(requirement.text);
  if (one.standing != Standing::not_compared) html.element("span class=\"faint\"", fmt::format(" ({})", standing_word(one.standing)));
  html.raw("</summary><div>\n<dl class=\"facts\">");
  put_fact(html, "level", level_name(requirement.level));
  put_fact(html, "clause", fmt::format("{}: {}", requirement.clause.source, requirement.clause.text));
  for (const Finding& finding : one.findings) {
    put_fact(html, "expected", finding.expected, "dd class=\"expected\"");
    put_fact(html, "actual", fmt::format("{} (at {})", finding.actual, seconds_words(finding.at.time_since_epoch())),
             "dd class=\"actual\"");
  }
  if (!one.reason.empty()) put_fact(html, "reason", one.reason);
  if (one.attempts > 1) put_fact(html, "attempts", std::to_string(one.attempts));
  if (one.simulated > Duration{0}) put_fact(html, "took", seconds_words(one.simulated) + " of the device's time");
  html.element("dt", "again");
  html.raw("<dd>");
  html.element("code", one.replay);
  html.raw("</dd></dl>\n");
  put_timeline(html, one);
  html.raw("</div></details>\n");
}

void put_capabilities(HtmlWriter& html, const Capabilities& capabilities) {
  if (!capabilities.is_known()) return;
  html.element("h2 id=\"capabilities\"", "What the device does by nature");
  html.raw("<div class=\"card\"><dl class=\"facts\">");
  for (std::size_t i = 0; i < capability_count; ++i) {
    const Capability& one = capabilities[capability_at(i)];
    const std::string_view how = one.origin == CapabilityOrigin::declared ? " (declared)" : "";
    put_fact(html, capability_words(capability_at(i)), capability_text(one.value) + std::string(how));
  }
  html.raw("</dl></div>\n");
}

}  // namespace

std::string sheet_html(const ExamSheet& sheet, const SheetFacts& facts) {
  std::string page;
  HtmlWriter html{page};
  put_head(html, facts);
  put_summary(html, sheet, facts);
  put_groups(html, sheet);
  put_capabilities(html, facts.capabilities);
  for (std::size_t at = 0; at < sheet.examined.size();) {
    const std::span<const Examined> group = group_from(sheet, at);
    html.raw("<h2 id=\"group-");
    html.text(group.front().requirement->group());
    html.raw("\">");
    html.text(group.front().requirement->group());
    html.raw("</h2>\n");
    for (const Examined& one : group) put_requirement(html, one);
    at += group.size();
  }
  html.raw("<footer>");
  html.text(fmt::format("fleetsim conform · {} · seed {}", facts.dut, facts.seed));
  html.raw("</footer>\n</main></body></html>\n");
  return page;
}

}  // namespace fleetsim::sim
