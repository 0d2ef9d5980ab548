// `fleetsim sweep [SCENARIO] --seeds A..B`: many seeds, every invariant, and the first failure made small.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <thread>

#include "sim/app/case_runner.hpp"
#include "sim/app/crash_notes.hpp"
#include "sim/app/interrupt.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/sweep_with.hpp"
#include "sim/app/verbs.hpp"
#include "sim/config/text_file.hpp"
#include "sim/config/yaml_document.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/report/shell_word.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/case_needs.hpp"
#include "sim/sweep/case_scenario.hpp"
#include "sim/sweep/sweep_report.hpp"

namespace fleetsim::sim {
namespace {

using Clock = std::chrono::steady_clock;

void complain(const std::string& text) { std::fputs(text.c_str(), stderr); }

int give_up_sweep(ExitCode code, const std::string& what) {
  complain(fmt::format("fleetsim: {}\n", what));
  return static_cast<int>(code);
}

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// One line every two seconds, and none for a sweep that is over by then.
class SweepLine {
 public:
  explicit SweepLine(bool quiet) : quiet_(quiet) {}
  void tell(const SweepProgress& progress) {
    constexpr std::chrono::seconds interval{2};
    const auto now = Clock::now();
    if (quiet_ || now - last_ < interval) return;
    last_ = now;
    const double seconds = seconds_since(begin_);
    complain(fmt::format("{} of {} seeds, {:.0f} a second, {} failed\n", progress.done, progress.seeds,
                         static_cast<double>(progress.done) / seconds, progress.failed));
  }
  double seconds() const { return seconds_since(begin_); }

 private:
  bool quiet_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

ShrunkFailure make_small(const SweepVerb& verb, const Scenario& scenario, const SweepFailure& failure, const CaseRunner& run) {
  ShrunkFailure small;
  small.seed = failure.of.seed;
  small.invariant = failure.outcome.violations.front().invariant;
  small.before = failure.of;
  small.part = failure.outcome.violations.front().part;
  small.result = shrink(failure.of, failure.outcome, small.invariant, run,
                        {.runs_max = verb.shrink_runs, .part = small.part, .stop = &catch_interrupts()});
  Diagnostics diagnostics;
  const Position whole_file{diagnostics.add_file(verb.scenario), 0, 0};
  const auto text = read_text_file(verb.scenario, {.wanted_at = whole_file, .bytes_max = yaml_bytes_max}, diagnostics);
  const std::string path = verb.shrunk_file.empty() ? fmt::format("{}-seed-{}.yaml", scenario.name, small.seed) : verb.shrunk_file;
  const std::string lost = text ? write_output(path, reduced_scenario_text(*text, scenario, small.result.smallest)) : diagnostics.text();
  if (lost.empty()) {
    small.file = path;
  } else {
    complain(fmt::format("fleetsim: {}\n", lost));
  }
  return small;
}

/// What runs one seed again with every invariant watching.
std::string sweep_line(const SweepFacts& facts, std::uint64_t seed, bool ignore_verdict) {
  return fmt::format("fleetsim sweep {}{}{} --seeds {}", shell_word(facts.scenario), facts.settings,
                     ignore_verdict ? " --ignore-verdict" : "", seed);
}

SweepOptions options_of(const SweepVerb& verb, const Scenario& scenario) {
  SweepOptions options;
  options.first = verb.first_seed;
  options.last = verb.last_seed;
  options.threads = verb.threads.value_or(std::max(1U, std::thread::hardware_concurrency()));
  options.mode = verb.collect ? SweepMode::collect : SweepMode::first_violation;
  options.sometimes_after = verb.sometimes_after;
  options.stop = &catch_interrupts();
  options.could_give = needs_within_reach(scenario);
  return options;
}

/// Of what was given those that a small scenario must not hold, so that its line asks for them again.
Settings secret_settings(const Settings& given, const Scenario& scenario) {
  Settings secret = given;
  std::erase_if(secret, [&](const auto& one) { return !scenario.secret_vars.contains(one.first); });
  return secret;
}

}  // namespace

int sweep_verb(const SweepVerb& verb) {
  const VerdictUse verdict = verb.ignore_verdict ? VerdictUse::is_ignored : VerdictUse::counts;
  return sweep_with(
      verb, [verdict](const Scenario& scenario, const std::atomic<bool>* stop) { return make_case_runner(scenario, stop, verdict); });
}

int sweep_with(const SweepVerb& verb, const RunnerMaker& make_runner) {
  Diagnostics diagnostics;
  const std::optional<Scenario> scenario = load_scenario(verb.scenario, verb.settings, diagnostics);
  if (!verb.quiet || diagnostics.failed()) complain(diagnostics.text());
  if (!scenario) return static_cast<int>(ExitCode::usage);
  for (const std::string& path : {verb.json_file, verb.shrunk_file})
    if (const std::string wrong = probe_output(path); !wrong.empty()) return give_up_sweep(ExitCode::usage, wrong);
  if (scenario->world == WorldKind::external)
    return give_up_sweep(ExitCode::usage, "a sweep runs in simulated time: world external cannot");
  SweepFacts facts{.scenario = verb.scenario, .settings = settings_text(verb.settings, scenario->secret_vars)};
  const CaseRunner bare = make_runner(*scenario, &catch_interrupts());
  const CaseRunner run = [&](const SweepCase& one) {
    const CrashNotes::At at(fmt::format("seed {}", one.seed), sweep_line(facts, one.seed, verb.ignore_verdict));
    return bare(one);
  };
  CrashNotes notes;
  SweepLine line(verb.quiet);
  SweepOptions options = options_of(verb, *scenario);
  options.progress = [&line](const SweepProgress& progress) { line.tell(progress); };
  options.failed = [&](const SweepFailure& failure) { notes.found(failure_text(failure, facts)); };
  const SweepResult result = sweep(
      options, [&](std::uint64_t seed) { return first_case(*scenario, seed); }, run);

  facts.seconds = line.seconds();
  facts.threads = options.threads;
  std::FILE* const out = verb.json_file == "-" ? stderr : stdout;
  for (const SweepFailure& failure : result.failures) std::fputs(failure_text(failure, facts).c_str(), out);
  if (!result.failures.empty() && verb.shrink_runs > 0) {
    facts.shrunk.push_back(make_small(verb, *scenario, result.failures.front(), run));
    facts.shrunk.back().settings = settings_text(secret_settings(verb.settings, *scenario), scenario->secret_vars);
    std::fputs(shrunk_text(facts.shrunk.front()).c_str(), out);
  }
  std::fputs(sweep_text(result, facts).c_str(), out);
  if (std::fflush(out) != 0 || std::ferror(out) != 0)
    return give_up_sweep(ExitCode::environment, fmt::format("cannot write what was found: {}", std::strerror(errno)));
  if (!verb.json_file.empty()) {
    if (const std::string lost = write_output(verb.json_file, sweep_json(result, facts)); !lost.empty())
      return give_up_sweep(ExitCode::environment, lost);
  }
  if (!result.error.empty()) return static_cast<int>(ExitCode::environment);
  if (result.was_stopped) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(result.passed() ? ExitCode::pass : ExitCode::check_failed);
}

}  // namespace fleetsim::sim
