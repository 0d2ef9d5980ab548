#include "sim/conformance/reports/sheet_markdown.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "devicecore/ascii.hpp"
#include "sim/conformance/reports/sheet_text.hpp"

namespace fleetsim::sim {
namespace {

/// What calls somebody, or leads to an issue, a merge request, another page, although it is escaped: @name, #12, !12, https://…, www.…
bool is_reference(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  switch (text[at]) {
    case '@':
    case '#':
      return true;
    case '!':
    case '$':
    case '%':
      return !rest.empty() && is_digit(rest.front());
    case '-':  // GH-12
      return at > 0 && (text[at - 1] == 'H' || text[at - 1] == 'h') && !rest.empty() && is_digit(rest.front());
    case ':':
      return rest.starts_with("//");
    case '.':
      return at >= 3 && device::equals_ignoring_case(text.substr(at - 3, 3), "www");
    default:
      return false;
  }
}

/// Of a table's cell: what a device said makes no table, no link, no picture, and calls nobody. Escaped or not, "@name" is a mention
/// wherever it is shown as that: a space without width keeps the two apart.
std::string cell(std::string_view text) {
  constexpr std::string_view marks = R"(|\`<>*_[]~&)";
  constexpr std::string_view apart = "\xE2\x80\x8B";  // U+200B
  const std::string line = one_line(text);
  std::string out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (marks.find(line[at]) != std::string_view::npos) out += '\\';
    out += line[at];
    if (is_reference(line, at)) out += apart;
  }
  return out;
}

std::string what_was_wrong(const Examined& one) {
  if (one.findings.empty()) return cell(one.reason);
  return fmt::format("expected {}; actual {}", cell(one.findings.front().expected), cell(one.findings.front().actual));
}

/// Within backticks in a cell: only the bar ends it.
std::string code_cell(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == '|') out += '\\';
    out += c == '`' ? ' ' : c;
  }
  return out;
}

std::string verdict_cell(const Examined& one) {
  std::string text(verdict_name(one.verdict));
  if (is_flaky(one)) text += fmt::format(", flaky: attempt {}", one.attempts);
  if (one.standing != Standing::not_compared) text += fmt::format(" ({})", standing_word(one.standing));
  return text;
}

std::string capability_lines(const Capabilities& capabilities) {
  if (!capabilities.is_known()) return {};
  std::string out = "\n<details><summary>What the device does by nature</summary>\n\n| | |\n|---|---|\n";
  for (std::size_t i = 0; i < capability_count; ++i) {
    const Capability& one = capabilities[capability_at(i)];
    if (one.origin == CapabilityOrigin::unknown) continue;
    out += fmt::format("| {} | {}{} |\n", capability_words(capability_at(i)), cell(capability_text(one.value)),
                       one.origin == CapabilityOrigin::declared ? " (declared)" : "");
  }
  return out + "\n</details>\n";
}

}  // namespace

std::string sheet_markdown(const ExamSheet& sheet, const SheetFacts& facts) {
  std::string out = "### fleetsim conform\n\n";
  std::string summary = sheet_summary(sheet, facts.dut);
  summary.pop_back();
  for (std::size_t at = 0; at < summary.size();) {
    const std::size_t end = std::min(summary.find('\n', at), summary.size());
    out += fmt::format("{}{}\n", at == 0 ? "" : "\n", cell(summary.substr(at, end - at)));
    at = end + 1;
  }
  if (const std::string foreign = facts.foreign_baseline(); !foreign.empty()) out += fmt::format("\n**{}**\n", cell(foreign));
  const auto is_told = [](const Examined& one) {
    return one.verdict == ExamVerdict::inconclusive || !one.findings.empty() || one.standing != Standing::not_compared || is_flaky(one);
  };
  bool has_rows = false;
  for (const Examined& one : sheet.examined) {
    if (!is_told(one)) continue;
    if (!has_rows) out += "\n| verdict | requirement | | what was wrong | again |\n|---|---|---|---|---|\n";
    has_rows = true;
    out += fmt::format("| {} | {} {} | {} | {} | `{}` |\n", verdict_cell(one), one.requirement->id, level_name(one.requirement->level),
                       cell(one.requirement->text), what_was_wrong(one), code_cell(one.replay));
  }
  return out + capability_lines(facts.capabilities);
}

}  // namespace fleetsim::sim
