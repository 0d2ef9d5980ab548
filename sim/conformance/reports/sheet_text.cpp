#include "sim/conformance/reports/sheet_text.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/report/utf8.hpp"
#include "sim/trace/timeline_text.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t timeline_lines_max = 60;

std::string_view short_name(ExamVerdict verdict) {
  switch (verdict) {
    case ExamVerdict::pass:
      return "pass";
    case ExamVerdict::pass_with_warnings:
      return "WARN";
    case ExamVerdict::fail:
      return "FAIL";
    case ExamVerdict::not_applicable:
      return "n/a";
    case ExamVerdict::inconclusive:
      return "????";
    case ExamVerdict::not_exercised:
      return "-";
  }
  return "";
}

std::string how_it_stands(const Examined& examined) {
  if (is_flaky(examined)) return fmt::format(" (flaky: only at attempt {})", examined.attempts);
  switch (examined.standing) {
    case Standing::not_compared:
      return {};
    case Standing::new_here:
      return " (new)";
    case Standing::known:
      return " (known before)";
    case Standing::mended:
      return " (mended)";
  }
  return {};
}

/// Its last lines, which lead up to what was found.
std::string tail_of(const std::string& text) {
  std::size_t at = text.size();
  for (std::size_t lines = 0; lines <= timeline_lines_max; ++lines) {
    at = text.rfind('\n', at == 0 ? 0 : at - 1);
    if (at == std::string::npos || at == 0) return text;
  }
  return "    ...\n" + text.substr(at + 1);
}

}  // namespace

SheetCounts count_verdicts(const ExamSheet& sheet) {
  SheetCounts counts;
  for (const Examined& one : sheet.examined) {
    if (one.verdict == ExamVerdict::pass) ++counts.passed;
    if (one.verdict == ExamVerdict::pass_with_warnings) ++counts.warned;
    if (one.verdict == ExamVerdict::fail) ++counts.failed;
    if (one.verdict == ExamVerdict::not_applicable) ++counts.not_applicable;
    if (one.verdict == ExamVerdict::inconclusive) ++counts.inconclusive;
    if (one.verdict == ExamVerdict::not_exercised) ++counts.not_exercised;
    if (is_flaky(one)) ++counts.flaky;
    if (one.left_out) ++counts.left_out;
    if (one.standing == Standing::new_here) ++counts.new_here;
    if (one.standing == Standing::known) ++counts.known;
    if (one.standing == Standing::mended) ++counts.mended;
  }
  return counts;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = utf8_character_bytes(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    const bool is_blank = first == '\t' || first == '\n' || first == '\r';
    // A terminal obeys U+0080 to U+009F, too.
    const bool is_control =
        first < 0x20 || first == 0x7F || (first == 0xC2 && bytes == 2 && static_cast<unsigned char>(text[at + 1]) < 0xA0);
    if (is_blank)
      out += ' ';
    else if (bytes == 0 || is_control)
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(at, bytes);
    at += std::max<std::size_t>(bytes, 1);
  }
  return out;
}

std::string examined_line(const Examined& examined) {
  const Requirement& requirement = *examined.requirement;
  std::string line =
      fmt::format("{:<4}  {:<16} {:<6} {}", short_name(examined.verdict), requirement.id, level_name(requirement.level), requirement.text);
  if (is_flaky(examined)) line += fmt::format(" (attempt {}: flaky)", examined.attempts);
  if (examined.standing != Standing::not_compared) line += fmt::format(" ({})", standing_word(examined.standing));
  if (!examined.reason.empty()) line += " - " + one_line(examined.reason);
  return line + "\n";
}

std::string examined_details(const Examined& examined) {
  if (examined.findings.empty() && examined.verdict != ExamVerdict::inconclusive && !is_flaky(examined)) return {};
  const Requirement& requirement = *examined.requirement;
  std::string text =
      fmt::format("{} {}{}: {}\n", requirement.id, verdict_name(examined.verdict), how_it_stands(examined), requirement.text);
  text += fmt::format("  clause    {}: {}\n", requirement.clause.source, requirement.clause.text);
  for (const Finding& finding : examined.findings) {
    text += fmt::format("  expected  {}\n", one_line(finding.expected));
    text += fmt::format("  actual    {} (at {})\n", one_line(finding.actual), seconds_words(finding.at.time_since_epoch()));
  }
  if (!examined.reason.empty()) text += fmt::format("  reason    {}\n", one_line(examined.reason));
  if (!examined.timeline.entries.empty()) text += "  timeline\n" + tail_of(timeline_text(examined.timeline));
  return text + fmt::format("  again     {}\n\n", examined.replay);
}

bool is_flaky(const Examined& examined) { return examined.attempts > 1 && examined.verdict == ExamVerdict::pass; }

bool is_broken(const Examined& examined, bool strict) {
  return examined.verdict == ExamVerdict::fail ||
         (strict && examined.verdict == ExamVerdict::pass_with_warnings && examined.requirement->level == Level::should);
}

std::string sheet_summary(const ExamSheet& sheet, const std::string& dut) {
  const SheetCounts counts = count_verdicts(sheet);
  std::string text = fmt::format("{}: {} of {} requirements pass", dut, counts.passed + counts.warned, sheet.examined.size());
  const auto add = [&text](std::size_t count, std::string_view words) {
    if (count > 0) text += fmt::format(", {} {}", count, words);
  };
  add(counts.warned, "of them with warnings");
  add(counts.flaky, "of them only when tried again");
  add(counts.failed, "fail");
  add(counts.inconclusive, "inconclusive");
  add(counts.not_applicable, "not applicable");
  add(counts.not_exercised, "not exercised");
  text += "\n";
  if (counts.new_here + counts.known + counts.mended > 0)
    text += fmt::format("  against the report of before: {} new, {} known, {} mended\n", counts.new_here, counts.known, counts.mended);
  if (counts.left_out == 0) return text;
  text += fmt::format("  {} left out by the budget:", counts.left_out);
  for (const Examined& one : sheet.examined)
    if (one.left_out) text += fmt::format(" {}", one.requirement->id);
  return text + "\n";
}

}  // namespace fleetsim::sim
