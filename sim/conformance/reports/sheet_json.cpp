#include "sim/conformance/reports/sheet_json.hpp"

#include "sim/conformance/capabilities_file.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/trace/timeline_text.hpp"

namespace fleetsim::sim {
namespace {

void put_counts(JsonWriter& json, const SheetCounts& counts) {
  json.begin_object();
  json.field("pass", counts.passed);
  json.field("pass_with_warnings", counts.warned);
  json.field("fail", counts.failed);
  json.field("inconclusive", counts.inconclusive);
  json.field("not_applicable", counts.not_applicable);
  json.field("not_exercised", counts.not_exercised);
  json.field("flaky", counts.flaky);
  json.field("left_out", counts.left_out);
  json.field("new", counts.new_here);
  json.field("known", counts.known);
  json.field("mended", counts.mended);
  json.end_object();
}

// A device that tries every second for hours has a long story; its end leads up to what was found.
constexpr std::size_t timeline_bytes_max = std::size_t{256} * 1024;

std::string end_of(std::string timeline) {
  if (timeline.size() <= timeline_bytes_max) return timeline;
  const std::size_t line = timeline.find('\n', timeline.size() - timeline_bytes_max);
  return "...\n" + timeline.substr(line == std::string::npos ? timeline.size() : line + 1);
}

void put_examined(JsonWriter& json, const Examined& one) {
  const Requirement& requirement = *one.requirement;
  json.begin_object();
  json.field("id", requirement.id);
  json.field("group", requirement.group());
  json.field("level", level_name(requirement.level));
  json.field("text", requirement.text);
  json.key("clause");
  json.begin_object();
  json.field("source", requirement.clause.source);
  json.field("text", requirement.clause.text);
  json.end_object();
  json.field("verdict", verdict_word(one.verdict));
  json.field("reason", one.reason);
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : one.findings) {
    json.begin_object();
    json.field("expected", finding.expected);
    json.field("actual", finding.actual);
    json.field("at_seconds", std::chrono::duration<double>(finding.at.time_since_epoch()).count());
    json.end_object();
  }
  json.end_array();
  json.field("standing", standing_word(one.standing));
  json.field("left_out", one.left_out);
  json.field("attempts", one.attempts);
  json.field("seconds", one.seconds);
  json.field("simulated_seconds", std::chrono::duration<double>(one.simulated).count());
  json.field("replay", one.replay);
  json.field("timeline", one.timeline.entries.empty() ? std::string{} : end_of(timeline_text(one.timeline)));
  json.end_object();
}

void put_capabilities(JsonWriter& json, const Capabilities& capabilities) {
  json.begin_object();
  for (std::size_t i = 0; i < capability_count; ++i) {
    const Capability& one = capabilities[capability_at(i)];
    json.key(capability_name(capability_at(i)));
    json.begin_object();
    json.key("value");
    put_capability_value(json, one.value);
    json.field("origin", origin_word(one.origin));
    json.end_object();
  }
  json.end_object();
}

}  // namespace

std::string sheet_json(const ExamSheet& sheet, const SheetFacts& facts) {
  std::string out;
  JsonWriter json{out, JsonWriter::Layout::indented};
  json.begin_object();
  json.field("schema_version", conformance_schema_version);
  json.field("dut", facts.dut);
  json.field("seed", facts.seed);
  json.field("strict", facts.strict);
  json.field("exit_code", facts.exit_code);
  json.field("seconds", facts.seconds);
  json.field("problem", sheet.problem);
  json.field("baseline", facts.baseline);
  json.field("baseline_dut", facts.baseline_dut);
  json.field("budget", facts.budget);
  json.key("capabilities");
  put_capabilities(json, facts.capabilities);
  json.key("counts");
  put_counts(json, count_verdicts(sheet));
  json.key("requirements");
  json.begin_array();
  for (const Examined& one : sheet.examined) put_examined(json, one);
  json.end_array();
  json.end_object();
  return out + "\n";
}

}  // namespace fleetsim::sim
