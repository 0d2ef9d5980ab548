// `fleetsim run SCENARIO`: reads, runs, reports.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "sim/app/interrupt.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/progress_line.hpp"
#include "sim/app/verbs.hpp"
#include "sim/config/units.hpp"
#include "sim/fleet.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/report/html_report.hpp"
#include "sim/report/json_report.hpp"
#include "sim/report/summary.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/random_faults.hpp"
#include "sim/weather/weather_csv.hpp"
#include "sim/world/run_oracles.hpp"

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
  settle_random_faults(scenario);
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
  if (verb.invariants && scenario.world != WorldKind::virtual_time)
    return "--invariants are watched in simulated time: give --world virtual too";
  if (!verb.host.empty()) scenario.external.host = verb.host;
  if (verb.port) scenario.external.port = *verb.port;
  return {};
}

ProgressLine::Mode progress_mode(const RunVerb& verb) {
  if (verb.quiet) return ProgressLine::Mode::off;
  return ::isatty(STDERR_FILENO) == 1 ? ProgressLine::Mode::terminal : ProgressLine::Mode::plain;
}

/// What a run may write beside its summary, each to a file or (-) to standard output.
struct Output {
  std::string_view option;
  const std::string& path;
};
std::array<Output, 4> outputs_of(const RunVerb& verb) {
  return {{{"--json", verb.json_file}, {"--events", verb.events_file}, {"--html", verb.html_file}, {"--weather", verb.weather_file}}};
}

/// Those that go to standard output.
std::vector<std::string_view> on_standard_output(const RunVerb& verb) {
  std::vector<std::string_view> options;
  for (const Output& output : outputs_of(verb))
    if (output.path == "-") options.push_back(output.option);
  return options;
}

/// Where the summary goes: standard output, unless something else stands there already.
std::FILE* summary_stream(const RunVerb& verb) { return on_standard_output(verb).empty() ? stdout : stderr; }

Color color_for(const RunVerb& verb, std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: set and not empty
  if (verb.no_color || (no_color != nullptr && *no_color != '\0')) return Color::off;
  return ::isatty(::fileno(stream)) == 1 ? Color::ansi : Color::off;
}

/// What could not be written; the report that comes after knows of what was lost before.
std::vector<std::string> write_reports(const RunVerb& verb, RunResult& result) {
  std::vector<std::string> lost;
  const auto write = [&](const std::string& path, const auto& text_of) {
    if (path.empty()) return;
    const std::string what = write_output(path, text_of());
    if (what.empty()) return;
    lost.push_back(what);
    result.output_lost = true;
  };
  write(verb.weather_file, [&] { return weather_csv(result.weather, result.tag_names); });
  write(verb.json_file, [&] { return json_report(result); });
  write(verb.html_file, [&] { return html_report(result); });
  return lost;
}

}  // namespace

int run_verb(const RunVerb& verb) {
  if (const auto mixed = on_standard_output(verb); mixed.size() > 1)
    return refuse(ExitCode::usage, fmt::format("{} - and {} - would mix on standard output", mixed[0], mixed[1]),
                  "give one of them a file");
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario(verb.scenario, verb.settings, diagnostics, verb.external_file);
  if (!verb.quiet || diagnostics.failed()) say(diagnostics.text());
  if (!scenario) return static_cast<int>(ExitCode::usage);
  if (const std::string wrong = apply_options(verb, *scenario); !wrong.empty()) return refuse(ExitCode::usage, wrong, {});
  for (const std::string* path : {&verb.json_file, &verb.html_file, &verb.weather_file})
    if (const std::string wrong = probe_output(*path); !wrong.empty()) return refuse(ExitCode::usage, wrong, {});

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
  RunOracles oracles(*scenario);
  if (verb.invariants) options.taps = &oracles;
  Result<RunResult, RunError> result = run_scenario(*scenario, options);
  say(progress.finish());
  const std::string lost_events = events ? events->close() : std::string{};
  if (!result) return refuse(ExitCode::environment, result.error().what, result.error().hint);

  if (verb.invariants) oracles.add_to(*result);
  result->output_lost = !lost_events.empty();
  result->projection = verb.projection;
  std::vector<std::string> lost = write_reports(verb, *result);
  if (!lost_events.empty()) lost.push_back(lost_events);
  std::FILE* stream = summary_stream(verb);
  std::fputs(summary_text(*result, {.color = color_for(verb, stream)}).c_str(), stream);
  if (std::fflush(stream) != 0 || std::ferror(stream) != 0) {
    lost.emplace_back("cannot write the summary");
    result->output_lost = true;
  }
  for (const std::string& what : lost) refuse(ExitCode::environment, what, "free some space, or give another file");
  return static_cast<int>(exit_code_of(*result));
}

}  // namespace fleetsim::sim
