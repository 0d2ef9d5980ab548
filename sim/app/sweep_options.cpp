#include "sim/app/sweep_options.hpp"

#include <fmt/format.h>

#include "sim/config/seed_text.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint32_t shrink_runs_max = 100'000;

/// A mistake ends the parsing with its text, whether the flag or the environment has it.
void add_seeds(CLI::App& verb, SweepVerb& sweep) {
  const auto take = [&sweep](const std::string& text) {
    const auto seeds = parse_seeds(text);
    if (!seeds)
      throw CLI::ValidationError(
          "--seeds", fmt::format("expected a seed or a range of them such as 1..1000, each {}, found \"{}\"", seed_expected, text));
    sweep.first_seed = seeds->first;
    sweep.last_seed = seeds->last;
  };
  verb.add_option_function<std::string>("--seeds", take, "The seeds to run, A..B or one")
      ->envname("FLEETSIM_SEEDS")
      ->type_name("A..B")
      ->default_str(fmt::format("{}..{}", sweep.first_seed, sweep.last_seed));
}

}  // namespace

CLI::App& add_sweep(CLI::App& app, SweepVerb& sweep) {
  CLI::App& verb = *app.add_subcommand("sweep", "Run a scenario with many seeds in simulated time, and look for broken invariants");
  verb.footer(
      "Each seed draws its own faults (random_faults of the scenario). A violation is told with the line that replays\n"
      "it, made as small as it gets, and written as a scenario of its own. Exit code 1: an invariant was violated, the\n"
      "scenario's own verdict failed, or a situation that the scenario can bring about never came up.\n\n"
      "  fleetsim sweep scenarios/chaos.yaml --seeds 1..1000\n"
      "  fleetsim sweep --seeds 17 --collect\n");
  verb.add_option("scenario", sweep.scenario, "The scenario, a YAML file [default: scenarios/chaos.yaml]")->type_name("FILE");
  add_seeds(verb, sweep);
  verb.add_flag("--collect", sweep.collect, "Go on after a violation: run every seed");
  verb.add_option("--threads", sweep.threads, "So many seeds at a time, each on one thread [default: one a core]")
      ->envname("FLEETSIM_THREADS")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  verb.add_option("--json", sweep.json_file, "Write what was found as JSON; - is standard output")
      ->envname("FLEETSIM_JSON")
      ->type_name("FILE");
  verb.add_option("--shrink-runs", sweep.shrink_runs, "Runs that making the first failure small may take; 0: leave it as it is")
      ->type_name("N")
      ->check(CLI::Range(0U, shrink_runs_max))
      ->capture_default_str();
  verb.add_option("--shrunk", sweep.shrunk_file, "Where the small scenario is written [default: NAME-seed-N.yaml]")->type_name("FILE");
  verb.add_option("--sometimes-after", sweep.sometimes_after, "So few seeds need not have met every situation")
      ->type_name("N")
      ->capture_default_str();
  verb.add_flag("--ignore-verdict", sweep.ignore_verdict,
                "Only invariants count: not what the scenario itself asks for by its steps, thresholds and stranded devices");
  verb.add_flag("--quiet", sweep.quiet, "No progress; violations and the summary stay")->envname("FLEETSIM_QUIET");
  return verb;
}

}  // namespace fleetsim::sim
