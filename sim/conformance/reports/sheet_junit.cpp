#include "sim/conformance/reports/sheet_junit.hpp"

#include <fmt/format.h>

#include "sim/conformance/reports/sheet_text.hpp"

namespace fleetsim::sim {
namespace {

/// For a text or an attribute. XML 1.0 has no way to write most control characters at all.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

bool is_failure(const Examined& one, const SheetFacts& facts) {
  return one.verdict == ExamVerdict::fail ||
         (facts.strict && one.verdict == ExamVerdict::pass_with_warnings && one.requirement->level == Level::should);
}

std::string first_words(const Examined& one) {
  if (one.findings.empty()) return one.reason;
  return fmt::format("expected {}; actual {}", one.findings.front().expected, one.findings.front().actual);
}

void put_property(std::string& out, std::string_view name, std::string_view value) {
  out += fmt::format("        <property name=\"{}\" value=\"{}\"/>\n", name, xml(value));
}

void put_case(std::string& out, const Examined& one, const SheetFacts& facts) {
  const Requirement& requirement = *one.requirement;
  out += fmt::format("    <testcase classname=\"{}\" name=\"{} {}\" time=\"{:.6f}\">\n", requirement.group(), requirement.id,
                     xml(requirement.text), seconds_of(one.simulated));
  out += "      <properties>\n";
  put_property(out, "requirement", requirement.id);
  put_property(out, "level", level_name(requirement.level));
  put_property(out, "clause", requirement.clause.source);
  put_property(out, "verdict", verdict_name(one.verdict));
  put_property(out, "seed", std::to_string(facts.seed));
  put_property(out, "replay", one.replay);
  put_property(out, "attempts", std::to_string(one.attempts));
  out += "      </properties>\n";
  const std::string details = examined_details(one);
  if (is_failure(one, facts)) {
    out += fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n", xml(first_words(one)), level_name(requirement.level),
                       xml(details));
  } else if (one.verdict == ExamVerdict::inconclusive) {
    out += fmt::format("      <error message=\"{}\" type=\"inconclusive\">{}</error>\n", xml(first_words(one)), xml(details));
  } else if (one.verdict == ExamVerdict::not_applicable || one.verdict == ExamVerdict::not_exercised) {
    out += fmt::format("      <skipped message=\"{}: {}\"/>\n", verdict_name(one.verdict), xml(one.reason));
  } else if (!details.empty()) {
    out += fmt::format("      <system-out>{}</system-out>\n", xml(details));
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
    ++tests;
    failures += is_failure(one, facts) ? 1U : 0U;
    errors += one.verdict == ExamVerdict::inconclusive ? 1U : 0U;
    skipped += one.verdict == ExamVerdict::not_applicable || one.verdict == ExamVerdict::not_exercised ? 1U : 0U;
    seconds += seconds_of(one.simulated);
  }
  std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.6f}\"", tests, failures, errors, skipped,
                       seconds);
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
    out += fmt::format("  <testsuite name=\"{}\" {}>\n", group, suite.attributes());
    for (; at < end; ++at) put_case(out, sheet.examined[at], facts);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace fleetsim::sim
