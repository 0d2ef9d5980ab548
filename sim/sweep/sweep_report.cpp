#include "sim/sweep/sweep_report.hpp"

#include <fmt/format.h>

#include "sim/invariants/list.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/number_text.hpp"
#include "sim/report/shell_word.hpp"

namespace fleetsim::sim {
namespace {

constexpr int sweep_schema_version = 1;
constexpr double microseconds = 1e6;
constexpr std::string_view secret_stars = "***";

double seconds_of(Duration time) { return static_cast<double>(time.count()) / microseconds; }
double seconds_of(Instant at) { return seconds_of(at.time_since_epoch()); }

void put_violation(JsonWriter& json, const CaseViolation& violation) {
  json.begin_object();
  json.field("invariant", violation.invariant);
  json.field("device", violation.device);
  if (!violation.part.empty()) json.field("part", violation.part);
  json.field("at_seconds", seconds_of(violation.at));
  json.field("words", violation.words);
  json.end_object();
}

void put_failure(JsonWriter& json, const SweepFailure& failure, const SweepFacts& facts) {
  json.begin_object();
  json.field("seed", failure.of.seed);
  json.field("violations_total", failure.outcome.violations_total);
  json.field("trace_hash", failure.outcome.trace_hash);
  json.key("violations");
  json.begin_array();
  for (const CaseViolation& violation : failure.outcome.violations) put_violation(json, violation);
  json.end_array();
  if (!failure.outcome.violations.empty())
    json.field("replay", replay_line(facts.scenario, facts.settings, failure.of.seed, failure.outcome.violations.front().device));
  json.end_object();
}

void put_shrunk(JsonWriter& json, const ShrunkFailure& shrunk) {
  json.begin_object();
  json.field("seed", shrunk.seed);
  json.field("invariant", shrunk.invariant);
  if (!shrunk.part.empty()) json.field("part", shrunk.part);
  const SweepCase& small = shrunk.result.smallest;
  json.field("faults", small.faults.size());
  json.field("faults_before", shrunk.before.faults.size());
  json.field("steps", small.steps.size());
  json.field("steps_before", shrunk.before.steps.size());
  json.field("devices", small.device_count());
  json.field("devices_before", shrunk.before.device_count());
  json.field("end_seconds", seconds_of(small.end));
  json.field("end_seconds_before", seconds_of(shrunk.before.end));
  json.field("runs", shrunk.result.runs);
  json.field("was_cut_short", shrunk.result.was_cut_short);
  json.field("file", shrunk.file);
  json.end_object();
}

void put_names(JsonWriter& json, std::string_view key, const std::vector<std::string_view>& names) {
  json.key(key);
  json.begin_array();
  for (const std::string_view name : names) json.value(name);
  json.end_array();
}

void put_counters(JsonWriter& json, const SweepResult& result) {
  json.key("exercised");
  json.begin_object();
  for (std::size_t i = 0; i < result.exercised.size() && i < invariant_kinds().size(); ++i)
    json.field(invariant_kinds()[i].name, result.exercised[i]);
  if (result.verdicts > 0) json.field(scenario_holds, result.verdicts);
  json.end_object();
  json.key("sometimes");
  json.begin_object();
  for (const SometimesKind& kind : sometimes_kinds()) json.field(kind.name, result.sometimes[static_cast<std::size_t>(kind.which)]);
  json.end_object();
}

/// Beside a situation that did not come up, when there is a reason for it.
std::string_view why_not_met(const SometimesKind& kind, std::uint64_t times, const SweepResult& result) {
  if (times > 0 || (kind.needs & ~result.gave) == 0) return "";
  return (kind.needs & ~(result.gave | result.could_give)) == 0 ? "   not with these seeds' faults" : "   not in this scenario";
}

}  // namespace

std::string settings_text(const Settings& settings, const std::set<std::string>& secrets) {
  std::string text;
  for (const auto& [name, value] : settings)
    text += " --set " + shell_word(fmt::format("{}={}", name, secrets.contains(name) ? secret_stars : value));
  return text;
}

std::string replay_line(std::string_view scenario, std::string_view settings, std::uint64_t seed, std::string_view device) {
  if (device.empty()) return fmt::format("fleetsim run {}{} --world virtual --seed {}", shell_word(scenario), settings, seed);
  return fmt::format("fleetsim replay {}{} --seed {} --device {}", shell_word(scenario), settings, seed, shell_word(device));
}

std::string failure_text(const SweepFailure& failure, const SweepFacts& facts) {
  std::string text;
  for (const CaseViolation& violation : failure.outcome.violations) {
    text += fmt::format("seed {}: {}: {} at {:.3f} s: {}\n", failure.of.seed, violation.invariant,
                        violation.device.empty() ? violation.part : violation.device, seconds_of(violation.at), violation.words);
    text += fmt::format("  {}\n", replay_line(facts.scenario, facts.settings, failure.of.seed, violation.device));
  }
  if (failure.outcome.violations_total > failure.outcome.violations.size())
    text += fmt::format("  and {} more of this seed\n", failure.outcome.violations_total - failure.outcome.violations.size());
  return text;
}

std::string shrunk_text(const ShrunkFailure& shrunk) {
  const SweepCase& small = shrunk.result.smallest;
  const SweepCase& whole = shrunk.before;
  const std::string steps =
      whole.steps.empty() ? "" : fmt::format("{} of {} steps that set or take back faults, ", small.steps.size(), whole.steps.size());
  std::string text =
      fmt::format("seed {}: {} needs {} of {} faults, {}{} of {} devices, {:.1f} of {:.0f} s ({} runs{})\n", shrunk.seed, shrunk.invariant,
                  small.faults.size(), whole.faults.size(), steps, small.device_count(), whole.device_count(), seconds_of(small.end),
                  seconds_of(whole.end), shrunk.result.runs, shrunk.result.was_cut_short ? ", cut short" : "");
  const CaseViolation* const violation = shrunk.result.outcome.find(shrunk.invariant, shrunk.part);
  if (!shrunk.file.empty() && violation != nullptr)
    text += fmt::format("  {}\n", replay_line(shrunk.file, shrunk.settings, small.seed, violation->device));
  return text;
}

std::string sweep_text(const SweepResult& result, const SweepFacts& facts) {
  std::string text = fmt::format("{} of {} seeds in {} on {} thread{}, {} simulated: {} violation{} in {} seed{}\n",
                                 count_text(result.seeds_run), count_text(result.seeds_asked), seconds_text(facts.seconds), facts.threads,
                                 facts.threads == 1 ? "" : "s", seconds_text(seconds_of(result.simulated)), count_text(result.violations),
                                 result.violations == 1 ? "" : "s", count_text(result.seeds_failed), result.seeds_failed == 1 ? "" : "s");
  text += "\ninvariants exercised\n";
  for (std::size_t i = 0; i < result.exercised.size() && i < invariant_kinds().size(); ++i) {
    const bool is_out_of_reach = result.exercised[i] == 0 && (invariant_kinds()[i].needs & ~result.gave_invariants) != 0;
    text += fmt::format("  {}{}{}\n", padded_right(invariant_kinds()[i].name, 34), padded_left(count_text(result.exercised[i]), 16),
                        is_out_of_reach ? "   nothing to judge in this scenario" : "");
  }
  if (result.verdicts > 0) text += fmt::format("  {}{}\n", padded_right(scenario_holds, 34), padded_left(count_text(result.verdicts), 16));
  text += "\nsituations met\n";
  for (const SometimesKind& kind : sometimes_kinds()) {
    const std::uint64_t times = result.sometimes[static_cast<std::size_t>(kind.which)];
    text += fmt::format("  {}{}{}\n", padded_right(kind.name, 34), padded_left(count_text(times), 16), why_not_met(kind, times, result));
  }
  const auto add_missing = [&](const std::vector<std::string_view>& names, std::string_view verb) {
    if (names.empty()) return;
    text += result.must_have_met_all() ? fmt::format("\nnever {}, though it could have been:", verb)
                                       : fmt::format("\nnot {} by so few seeds:", verb);
    for (const std::string_view name : names) text += fmt::format(" {}", name);
    text += '\n';
  };
  add_missing(result.wrongly_idle(), "exercised");
  add_missing(result.never_reached(), "met");
  if (!result.error.empty()) text += fmt::format("\nended: {}\n", result.error);
  if (result.was_stopped) text += "\ninterrupted\n";
  return text;
}

std::string sweep_json(const SweepResult& result, const SweepFacts& facts) {
  std::string out;
  JsonWriter json{out, JsonWriter::Layout::indented};
  json.begin_object();
  json.field("schema_version", sweep_schema_version);
  json.field("scenario", facts.scenario);
  json.field("passed", result.passed());
  json.field("seeds_asked", result.seeds_asked);
  json.field("seeds_run", result.seeds_run);
  json.field("seeds_failed", result.seeds_failed);
  json.field("seconds", facts.seconds);
  json.field("simulated_seconds", seconds_of(result.simulated));
  json.field("threads", facts.threads);
  json.field("violations", result.violations);
  json.key("failures");
  json.begin_array();
  for (const SweepFailure& failure : result.failures) put_failure(json, failure, facts);
  json.end_array();
  json.key("shrunk");
  json.begin_array();
  for (const ShrunkFailure& shrunk : facts.shrunk) put_shrunk(json, shrunk);
  json.end_array();
  put_counters(json, result);
  put_names(json, "never_exercised", result.never_exercised());
  put_names(json, "wrongly_idle", result.wrongly_idle());
  put_names(json, "never_reached", result.never_reached());
  json.field("error", result.error);
  json.field("was_stopped", result.was_stopped);
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace fleetsim::sim
