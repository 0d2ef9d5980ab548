// `fleetsim replay SCENARIO --device X`: runs the scenario in world virtual as its seed has it, and tells the story of one device.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "sim/app/interrupt.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/progress_line.hpp"
#include "sim/app/verbs.hpp"
#include "sim/config/units.hpp"
#include "sim/fleet.hpp"
#include "sim/live/run_countries.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/random_faults.hpp"
#include "sim/trace/capture.hpp"
#include "sim/trace/timeline_json.hpp"
#include "sim/trace/timeline_text.hpp"
#include "sim/world/run_oracles.hpp"
#include "sim/world/run_recorder.hpp"
#include "sim/world/tap_fan.hpp"

namespace fleetsim::sim {
namespace {

void say_error(const std::string& text) { std::fputs(text.c_str(), stderr); }

int refuse_replay(ExitCode code, const std::string& what, const std::string& hint) {
  say_error(fmt::format("fleetsim: {}\n{}", what, hint.empty() ? std::string{} : fmt::format("  {}\n", hint)));
  return static_cast<int>(code);
}

/// The moment, or kNever when there is none.
Instant until_of(const ReplayVerb& verb) { return verb.until.empty() ? kNever : Instant{*parse_duration(verb.until)}; }

/// What the command line changes about the scenario; what is wrong, or nothing.
std::string apply_replay_options(const ReplayVerb& verb, Scenario& scenario) {
  if (scenario.world == WorldKind::external) return "a run in world external cannot be repeated: replay is for scenarios with a platform";
  scenario.world = WorldKind::virtual_time;
  if (verb.seed) scenario.seed = *verb.seed;
  settle_random_faults(scenario);
  if (verb.threads) scenario.threads = *verb.threads;
  // Nothing behind that moment is told, so nothing behind it need happen; how the run ends then should not be told either.
  if (!verb.until.empty()) scenario.duration_max = std::min(scenario.duration_max, *parse_duration(verb.until) + std::chrono::seconds{1});
  return {};
}

Result<std::uint32_t, RunError> chosen_device(const Scenario& scenario, const std::string& wanted) {
  auto addresses = plan_addresses(scenario);
  if (!addresses) return fail(addresses.error());
  auto roster = make_roster(scenario, *addresses);
  if (!roster) return fail(roster.error());
  return find_device(scenario, *roster, wanted);
}

/// Where the device broke an invariant, in its story.
void tell_violations(const RunOracles& oracles, std::uint32_t device, RunRecorder& recorder) {
  const Findings found = oracles.findings();
  for (const Violation& violation : found.violations.kept())
    if (violation.device == device)
      recorder.note(device, violation.at, "invariant_broken", fmt::format("{}: {}", violation.invariant, violation.words));
}

/// Text, JSON and capture, as far as they are wanted; the first thing that could not be written, or nothing.
std::string write_story(const ReplayVerb& verb, const Recording& recording, const Timeline& timeline) {
  std::string lost;
  const auto write = [&lost](const std::string& path, std::string_view bytes) {
    const std::string wrong = path.empty() ? std::string{} : write_output(path, bytes);
    if (lost.empty()) lost = wrong;
  };
  const bool stdout_is_taken = verb.json_file == "-" || verb.pcap_file == "-";
  if (!stdout_is_taken) write("-", timeline_text(timeline));
  if (!verb.json_file.empty()) write(verb.json_file, timeline_json(timeline));
  if (!verb.pcap_file.empty()) {
    const std::vector<std::uint8_t> capture = capture_of(recording, timeline.until);
    write(verb.pcap_file, text_of(capture));
  }
  return lost;
}

}  // namespace

int replay_verb(const ReplayVerb& verb) {
  if (verb.json_file == "-" && verb.pcap_file == "-")
    return refuse_replay(ExitCode::usage, "--json - and --pcap - would mix on standard output", "give one of them a file");
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario(verb.scenario, verb.settings, diagnostics, {});
  if (!verb.quiet || diagnostics.failed()) say_error(diagnostics.text());
  if (!scenario) return static_cast<int>(ExitCode::usage);
  if (const std::string wrong = apply_replay_options(verb, *scenario); !wrong.empty()) return refuse_replay(ExitCode::usage, wrong, {});
  for (const std::string& path : {verb.json_file, verb.pcap_file})
    if (const std::string wrong = probe_output(path); !wrong.empty()) return refuse_replay(ExitCode::usage, wrong, {});
  const auto device = chosen_device(*scenario, verb.device);
  if (!device) return refuse_replay(ExitCode::usage, device.error().what, device.error().hint);

  const ProgressLine::Mode shown = ::isatty(STDERR_FILENO) == 1 ? ProgressLine::Mode::terminal : ProgressLine::Mode::plain;
  ProgressLine progress{verb.quiet ? ProgressLine::Mode::off : shown};
  RunRecorder recorder({*device});
  RunOracles oracles(*scenario);
  TapFan both({&recorder, &oracles});
  RunOptions options;
  options.progress = [&](const Progress& now) { say_error(progress.update(now)); };
  options.events = &recorder.run_notes();
  options.taps = &both;
  options.stop = &catch_interrupts();
  const Result<RunResult, RunError> result = run_scenario(*scenario, options);
  say_error(progress.finish());
  if (!result) return refuse_replay(ExitCode::environment, result.error().what, result.error().hint);

  tell_violations(oracles, *device, recorder);
  const Recording recording = recorder.take(*device);
  TimelineHead head = recorder.head(*device);
  // Of a run that was cut short it would be another run's.
  if (verb.until.empty()) head.trace_hash = result->trace_hash;
  const std::string lost = write_story(verb, recording, timeline_of(recording, head, until_of(verb)));
  if (!lost.empty()) return refuse_replay(ExitCode::environment, lost, "free some space, or give another file");
  return static_cast<int>(result->verdict == Verdict::interrupted ? ExitCode::interrupted : ExitCode::pass);
}

}  // namespace fleetsim::sim
