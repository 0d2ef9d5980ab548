#include "sim/conformance/reports/sheet_junit.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <span>

#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/report/html_writer.hpp"

namespace fleetsim::sim {
namespace {

/// For a text or an attribute. XML 1.0 has no way to write most control characters at all, nor bytes that are no UTF-8.
std::string xml(std::string_view text) {
  std::string out;
  append_html_text(out, text);
  // U+FFFE and U+FFFF are good UTF-8, but no characters of XML.
  constexpr std::string_view no_character = "\xEF\xBF\xBD";
  for (const std::string_view odd : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
    for (std::size_t at = out.find(odd); at != std::string::npos; at = out.find(odd, at)) out.replace(at, odd.size(), no_character);
  return out;
}

std::string first_words(const Examined& one) {
  if (one.findings.empty()) return one.reason;
  return fmt::format("expected {}; actual {}", one.findings.front().expected, one.findings.front().actual);
}

enum class CaseOutcome : std::uint8_t { passed, failure, error, skipped };

/// What a baseline knows of is skipped, with what is known of it: a build must not turn red for it.
CaseOutcome outcome_of(const Examined& one, const SheetFacts& facts) {
  const bool is_known = one.standing == Standing::known;
  if (is_broken(one, facts.strict)) return is_known ? CaseOutcome::skipped : CaseOutcome::failure;
  if (one.verdict == ExamVerdict::inconclusive) return is_known ? CaseOutcome::skipped : CaseOutcome::error;
  const bool is_unasked = one.verdict == ExamVerdict::not_applicable || one.verdict == ExamVerdict::not_exercised;
  return is_unasked ? CaseOutcome::skipped : CaseOutcome::passed;
}

void put_property(std::string& out, std::string_view name, std::string_view value) {
  out += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml(name), xml(value));
}

/// The schema has no properties of a case: those of its cases stand with the suite, each under the requirement's id.
void put_properties(std::string& out, std::span<const Examined> suite, const SheetFacts& facts) {
  out += "    <properties>\n";
  put_property(out, "dut", facts.dut);
  put_property(out, "seed", std::to_string(facts.seed));
  if (!facts.baseline.empty()) {
    put_property(out, "baseline", facts.baseline);
    put_property(out, "baseline.dut", facts.baseline_dut);
  }
  for (std::size_t i = 0; i < capability_count; ++i) {
    const Capability& one = facts.capabilities[capability_at(i)];
    if (one.origin == CapabilityOrigin::unknown) continue;
    put_property(out, fmt::format("capability.{}", capability_name(capability_at(i))), capability_text(one.value));
  }
  for (const Examined& one : suite) {
    const Requirement& requirement = *one.requirement;
    const auto put = [&](std::string_view name, std::string_view value) {
      put_property(out, fmt::format("{}.{}", requirement.id, name), value);
    };
    put("level", level_name(requirement.level));
    put("clause", requirement.clause.source);
    put("verdict", verdict_name(one.verdict));
    put("seed", std::to_string(facts.seed));
    put("replay", one.replay);
    put("attempts", std::to_string(one.attempts));
    if (one.standing != Standing::not_compared) put("standing", standing_word(one.standing));
  }
  out += "    </properties>\n";
}

void put_case(std::string& out, const Examined& one, const SheetFacts& facts) {
  const Requirement& requirement = *one.requirement;
  out += fmt::format("    <testcase classname=\"{}\" name=\"{} {}\" time=\"{:.3f}\">\n", requirement.group(), requirement.id,
                     xml(requirement.text), one.seconds);
  const std::string details = xml(examined_details(one));
  switch (outcome_of(one, facts)) {
    case CaseOutcome::failure:
      out += fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n", xml(first_words(one)), level_name(requirement.level),
                         details);
      break;
    case CaseOutcome::error:
      out += fmt::format("      <error message=\"{}\" type=\"inconclusive\">{}</error>\n", xml(first_words(one)), details);
      break;
    case CaseOutcome::skipped:
      out += fmt::format("      <skipped message=\"{}{}: {}\"/>\n", one.standing == Standing::known ? "known before, " : "",
                         verdict_name(one.verdict), xml(first_words(one)));
      break;
    case CaseOutcome::passed:
      if (is_flaky(one))
        out += fmt::format("      <flakyFailure message=\"{}\" type=\"{}\">{}</flakyFailure>\n", xml(first_words(one)),
                           level_name(requirement.level), details);
      else if (!details.empty())
        out += fmt::format("      <system-out>{}</system-out>\n", details);
      break;
  }
  out += "    </testcase>\n";
}

struct SuiteCounts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  double seconds = 0;

  void count(const Examined& one, const SheetFacts& facts) {
    const CaseOutcome outcome = outcome_of(one, facts);
    ++tests;
    failures += outcome == CaseOutcome::failure ? 1U : 0U;
    errors += outcome == CaseOutcome::error ? 1U : 0U;
    skipped += outcome == CaseOutcome::skipped ? 1U : 0U;
    seconds += one.seconds;
  }
  std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\"", tests, failures, errors, seconds);
  }
};

}  // namespace

std::string sheet_junit(const ExamSheet& sheet, const SheetFacts& facts) {
  SuiteCounts all;
  for (const Examined& one : sheet.examined) all.count(one, facts);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"fleetsim conform {}\" {}>\n", xml(facts.dut), all.attributes());
  for (std::size_t at = 0; at < sheet.examined.size();) {
    const std::string_view group = sheet.examined[at].requirement->group();
    std::size_t end = at;
    SuiteCounts suite;
    while (end < sheet.examined.size() && sheet.examined[end].requirement->group() == group) suite.count(sheet.examined[end++], facts);
    out += fmt::format("  <testsuite name=\"{}\" {} skipped=\"{}\">\n", group, suite.attributes(), suite.skipped);
    put_properties(out, std::span(sheet.examined).subspan(at, end - at), facts);
    for (; at < end; ++at) put_case(out, sheet.examined[at], facts);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace fleetsim::sim
