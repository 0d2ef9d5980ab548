// `fleetsim run SCENARIO`: reads, runs, reports.
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

#include "sim/app/interrupt.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/progress_line.hpp"
#include "sim/app/verbs.hpp"
#include "sim/config/units.hpp"
#include "sim/fleet.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/report/json_report.hpp"
#include "sim/report/summary.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace fleetsim::sim {
namespace {

void say(const std::string& text) { std::fputs(text.c_str(), stderr); }

int refuse(ExitCode code, const std::string& what, const std::string& hint) {
  say(fmt::format("fleetsim: {}\n{}", what, hint.empty() ? std::string{} : fmt::format("  {}\n", hint)));
  return static_cast<int>(code);
}

/// What the command line changes about the scenario; what is wrong, or nothing.
std::string apply_options(const RunVerb& verb, Scenario& scenario) {
  if (verb.seed) scenario.seed = *verb.seed;
  if (verb.threads) scenario.threads = *verb.threads;
  if (!verb.duration_max.empty()) scenario.duration_max = *parse_duration(verb.duration_max);
  scenario.shard_index = verb.shard_index;
  scenario.shard_count = verb.shard_count;
  const bool endpoint = !verb.host.empty() || verb.port;
  if (endpoint && scenario.world != WorldKind::external) return "--host and --port are for scenarios with world: external";
  if (!verb.world.empty()) {
    if (scenario.world == WorldKind::external)
      return "--world is for scenarios whose platform runs in this process, not for world external";
    scenario.world = verb.world == "virtual" ? WorldKind::virtual_time : WorldKind::sockets;
  }
  if (!verb.host.empty()) scenario.external.host = verb.host;
  if (verb.port) scenario.external.port = *verb.port;
  return {};
}

ProgressLine::Mode progress_mode(const RunVerb& verb) {
  if (verb.quiet) return ProgressLine::Mode::off;
  return ::isatty(STDERR_FILENO) == 1 ? ProgressLine::Mode::terminal : ProgressLine::Mode::plain;
}

/// Where the summary goes: standard output, unless a report or the events stand there already.
std::FILE* summary_stream(const RunVerb& verb) { return verb.json_file == "-" || verb.events_file == "-" ? stderr : stdout; }

Color color_for(const RunVerb& verb, std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: set and not empty
  if (verb.no_color || (no_color != nullptr && *no_color != '\0')) return Color::off;
  return ::isatty(::fileno(stream)) == 1 ? Color::ansi : Color::off;
}

}  // namespace

int run_verb(const RunVerb& verb) {
  if (verb.json_file == "-" && verb.events_file == "-")
    return refuse(ExitCode::usage, "--json - and --events - would mix on standard output", "give one of them a file");
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario(verb.scenario, verb.settings, diagnostics, verb.external_file);
  if (!verb.quiet || diagnostics.failed()) say(diagnostics.text());
  if (!scenario) return static_cast<int>(ExitCode::usage);
  if (const std::string wrong = apply_options(verb, *scenario); !wrong.empty()) return refuse(ExitCode::usage, wrong, {});
  if (const std::string wrong = probe_output(verb.json_file); !wrong.empty()) return refuse(ExitCode::usage, wrong, {});

  std::unique_ptr<EventStream> events;
  if (!verb.events_file.empty()) {
    auto opened = EventStream::to_file(verb.events_file, scenario->name, scenario->seed);
    if (!opened) return refuse(ExitCode::environment, opened.error(), {});
    events = std::move(*opened);
  }

  ProgressLine progress{progress_mode(verb)};
  RunOptions options;
  options.progress = [&](const Progress& now) { say(progress.update(now)); };
  options.notice = [&](const std::string& text) { say(progress.notice(text)); };
  options.events = events.get();
  options.stop = &catch_interrupts();
  Result<RunResult, RunError> result = run_scenario(*scenario, options);
  say(progress.finish());
  const std::string lost_events = events ? events->close() : std::string{};
  if (!result) return refuse(ExitCode::environment, result.error().what, result.error().hint);

  result->output_lost = !lost_events.empty();
  const std::string lost_report = verb.json_file.empty() ? std::string{} : write_output(verb.json_file, json_report(*result));
  result->output_lost |= !lost_report.empty();
  std::FILE* stream = summary_stream(verb);
  std::fputs(summary_text(*result, {.color = color_for(verb, stream)}).c_str(), stream);
  for (const std::string& lost : {lost_events, lost_report})
    if (!lost.empty()) refuse(ExitCode::environment, lost, "free some space, or give another file");
  return static_cast<int>(exit_code_of(*result));
}

}  // namespace fleetsim::sim
