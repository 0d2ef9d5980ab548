#include "sim/conformance/reports/sheet_markdown.hpp"

#include <fmt/format.h>

#include "sim/conformance/reports/sheet_text.hpp"

namespace fleetsim::sim {
namespace {

/// Of a table's cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '<' || c == '*' || c == '_') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string what_was_wrong(const Examined& one) {
  if (one.findings.empty()) return cell(one.reason);
  return fmt::format("expected {}; actual {}", cell(one.findings.front().expected), cell(one.findings.front().actual));
}

}  // namespace

std::string sheet_markdown(const ExamSheet& sheet, const SheetFacts& facts) {
  std::string out = "### fleetsim conform\n\n" + cell(sheet_summary(sheet, facts.dut)) + "\n";
  const auto is_told = [](const Examined& one) { return one.verdict == ExamVerdict::inconclusive || !one.findings.empty(); };
  bool has_rows = false;
  for (const Examined& one : sheet.examined) {
    if (!is_told(one)) continue;
    if (!has_rows) out += "\n| verdict | requirement | | what was wrong | again |\n|---|---|---|---|---|\n";
    has_rows = true;
    out += fmt::format("| {} | {} {} | {} | {} | `{}` |\n", verdict_name(one.verdict), one.requirement->id,
                       level_name(one.requirement->level), cell(one.requirement->text), what_was_wrong(one), one.replay);
  }
  return out;
}

}  // namespace fleetsim::sim
