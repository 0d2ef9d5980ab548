#include "sim/app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fmt/format.h>
#include <tuple>

#include "sim/app/conform_options.hpp"
#include "sim/app/device_options.hpp"
#include "sim/app/list_text.hpp"
#include "sim/app/seed_option.hpp"
#include "sim/app/sweep_options.hpp"
#include "sim/config/units.hpp"
#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

constexpr const char* intro =
    "fleetsim: a fleet of IoT devices and the platform they talk to, on real sockets or in simulated time.\n\n"
    "  fleetsim run scenarios/quickstart.yaml           move 1,000 devices between regions\n"
    "  fleetsim run scenarios/load/move.yaml --set devices=9000 --json out.json\n"
    "  fleetsim platform --config scenarios/platforms/three-regions.yaml\n"
    "  fleetsim validate scenarios/*.yaml               every mistake, with its place\n"
    "  fleetsim sweep scenarios/chaos.yaml              many seeds in simulated time: is any invariant ever broken?\n"
    "  fleetsim conform --dut process:./firmware        examine a device, requirement by requirement\n"
    "  fleetsim list metrics                            words that a scenario may use\n";
constexpr const char* outro =
    "Exit codes: 0 pass, 1 a check failed, 2 bad usage or input file, 3 the environment lacks something,\n"
    "4 internal error, 5 result invalid (generator overloaded), 99 a threshold was crossed, 130 interrupted.\n"
    "A flag wins over the environment (FLEETSIM_SEED, ...), the environment over the file.\n"
    "The same from Python: pip install ./pybindings, then import fleetsim or python -m fleetsim.";

/// The options that CLI11 fills as text and that need a look of our own.
struct RawTexts {
  std::vector<std::string> settings;
  std::string shard;
  std::string durability = "normal";
  std::string projected_outage;
  bool check_state = false;
};

std::string check_setting(const std::string& text) {
  return parse_setting(text) ? std::string{} : fmt::format("expected name=value, found \"{}\"", text);
}
std::string check_shard(const std::string& text) {
  return parse_shard(text) ? std::string{} : fmt::format("expected k/n with k from 0 to n-1, such as 0/4, found \"{}\"", text);
}
std::string check_duration(const std::string& text) {
  const std::optional<Duration> duration = parse_duration(text);
  return duration && *duration > Duration{0} ? std::string{} : fmt::format("expected a duration such as 30s or 1m30s, found \"{}\"", text);
}

/// Beyond these a projection computes for minutes, or of nobody.
constexpr std::uint64_t projected_devices_max = 1'000'000'000;
constexpr double projected_capacity_min = 0.001;
constexpr double projected_capacity_max = 1e9;
constexpr Duration projected_outage_max = std::chrono::hours{24};
std::string check_projected_outage(const std::string& text) {
  if (std::string wrong = check_duration(text); !wrong.empty()) return wrong;
  return *parse_duration(text) <= projected_outage_max ? std::string{} : fmt::format("expected 24h at most, found \"{}\"", text);
}

void add_settings(CLI::App& verb, RawTexts& raw) {
  verb.add_option("--set", raw.settings, "Give a variable of `vars:` another value; may be given more than once")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(check_setting);
}

/// What the reports project the waits that were seen to.
void add_projection(CLI::App& verb, RunVerb& run, RawTexts& raw) {
  verb.add_option("--project-devices", run.projection.devices, "Reports: devices of the fleet that is projected [default: 1000000]")
      ->envname("FLEETSIM_PROJECT_DEVICES")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, projected_devices_max));
  verb.add_option("--project-outage", raw.projected_outage, "Reports: how long its endpoint is away [default: 10m]")
      ->envname("FLEETSIM_PROJECT_OUTAGE")
      ->type_name("DURATION")
      ->check(check_projected_outage);
  verb.add_option("--project-capacity", run.projection.capacity_per_second,
                  "Reports: tries a second that it takes afterwards [default: 5000]")
      ->envname("FLEETSIM_PROJECT_CAPACITY")
      ->type_name("RATE")
      ->check(CLI::Range(projected_capacity_min, projected_capacity_max));
}

void add_run(CLI::App& app, RunVerb& run, RawTexts& raw) {
  CLI::App& verb = *app.add_subcommand("run", "Run a scenario and judge it");
  verb.footer(
      "  fleetsim run scenarios/quickstart.yaml --set devices=200\n"
      "  fleetsim run scenarios/quickstart.yaml --html report.html --weather weather.csv\n"
      "  fleetsim run scenarios/load/broker-connect.yaml --host 10.0.0.7 --set clients=10000\n"
      "  fleetsim run scenarios/million-devices.yaml --world virtual --seed 1\n"
      "  fleetsim run big.yaml --shard 0/2 --json a.json & fleetsim run big.yaml --shard 1/2 --json b.json\n\n"
      "World external distributes devices through a platform's management API: external.management in the\n"
      "scenario, its access key's secret there or in the environment as FLEETSIM_ACCESS_KEY_SECRET.\n");
  verb.add_option("scenario", run.scenario, "The scenario, a YAML file")->required()->type_name("FILE");
  add_settings(verb, raw);
  add_seed(verb, "Seed of every random choice [default: the scenario's]", run.seed);
  verb.add_option("--shard", raw.shard, "Run part k of n: devices whose index modulo n is k")
      ->envname("FLEETSIM_SHARD")
      ->type_name("K/N")
      ->check(check_shard);
  verb.add_option("--events", run.events_file, "Write every event as NDJSON; - is standard output")
      ->envname("FLEETSIM_EVENTS")
      ->type_name("FILE");
  verb.add_option("--json", run.json_file, "Write the report as JSON; - is standard output")->envname("FLEETSIM_JSON")->type_name("FILE");
  verb.add_option("--html", run.html_file, "Write the report as one HTML file with charts; - is standard output")
      ->envname("FLEETSIM_HTML")
      ->type_name("FILE");
  verb.add_option("--weather", run.weather_file, "Write what happened over time, region and group as CSV; - is standard output")
      ->envname("FLEETSIM_WEATHER")
      ->type_name("FILE");
  add_projection(verb, run, raw);
  verb.add_flag("--quiet", run.quiet, "No progress line and no notices; the summary stays")->envname("FLEETSIM_QUIET");
  verb.add_flag("--no-color", run.no_color, "No colours, even on a terminal (NO_COLOR does the same)");
  verb.add_option("--world", run.world, "sockets: this host's, in real time; virtual: simulated time, one seed decides everything")
      ->envname("FLEETSIM_WORLD")
      ->check(CLI::IsMember({"sockets", "virtual"}));
  verb.add_flag("--invariants", run.invariants,
                "World virtual: watch all invariants, as a sweep does; one that is broken is a violation (see: fleetsim list invariants)")
      ->envname("FLEETSIM_INVARIANTS");
  verb.add_option("--threads", run.threads, "Event loops of the fleet, threads of a simulation [default: one a core]")
      ->envname("FLEETSIM_THREADS")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  verb.add_option("--duration-max", run.duration_max, "End the run after this long at the latest")
      ->envname("FLEETSIM_DURATION_MAX")
      ->type_name("DURATION")
      ->check(check_duration);
  verb.add_option("--external", run.external_file,
                  "Run it in world external, on the platform that this file describes (the keys of `external:`)")
      ->envname("FLEETSIM_EXTERNAL")
      ->type_name("FILE");
  verb.add_option("--host", run.host, "World external: the endpoint's host")->envname("FLEETSIM_HOST")->type_name("HOST");
  verb.add_option("--port", run.port, "World external: the endpoint's port")
      ->envname("FLEETSIM_PORT")
      ->type_name("PORT")
      ->check(CLI::Range(1, 65535));
}

void add_validate(CLI::App& app, ValidateVerb& validate, RawTexts& raw) {
  CLI::App& verb = *app.add_subcommand("validate", "Check scenarios and platform files without running them");
  verb.footer("  fleetsim validate scenarios/*.yaml scenarios/platforms/*.yaml\n");
  verb.add_option("files", validate.files, "Scenario or platform files")->required()->type_name("FILE");
  add_settings(verb, raw);
}

void add_state(CLI::App& verb, PlatformVerb& platform, RawTexts& raw) {
  CLI::Option* state = verb.add_option("--state", platform.state, "Keep the platform's state in this folder, and go on from there");
  state->envname("FLEETSIM_STATE")->type_name("DIR");
  verb.add_option("--durability", raw.durability, "What the state survives: normal, any end of the process; full, also a power cut")
      ->envname("FLEETSIM_DURABILITY")
      ->check(CLI::IsMember({"normal", "full"}))
      ->capture_default_str()
      ->needs(state);
  verb.add_flag("--check", raw.check_state, "Serve nothing: look whether the state holds together, and fits --config if one is given")
      ->needs(state);
}

void add_platform(CLI::App& app, PlatformVerb& platform, RawTexts& raw) {
  CLI::App& verb = *app.add_subcommand("platform", "Serve the mock platform alone, until SIGTERM or Ctrl-C");
  verb.footer(
      "Prints one JSON line with all endpoints when it is ready.\n\n"
      "  fleetsim platform --config scenarios/platforms/three-regions.yaml --ca-out ca.pem\n"
      "  curl --cacert ca.pem -d 'productKey=a1TestPK001&deviceName=dev1' https://127.0.0.1:18443/auth/bootstrap\n"
      "  curl http://127.0.0.1:18080/metrics              with `management: {}`; so does /healthz\n\n"
      "With --state everything that anybody was told is kept, whenever the process ends; the next start goes on with it:\n\n"
      "  fleetsim platform --config scenarios/platforms/three-regions.yaml --state /var/lib/fleet --durability full\n"
      "  fleetsim platform --check --state /var/lib/fleet     exit 0 sound, 1 what is wrong is said, 3 it cannot be read\n");
  CLI::Option* config = verb.add_option("--config", platform.config, "The platform, a YAML file [needed, but for --check]");
  config->envname("FLEETSIM_CONFIG")->type_name("FILE");
  verb.add_option("--ca-out", platform.ca_out, "Write the certificate of the throw-away CA here (PEM)")
      ->envname("FLEETSIM_CA_OUT")
      ->type_name("FILE");
  add_settings(verb, raw);
  add_seed(verb, "Seed of the platform's random choices [default: 1]", platform.seed);
  verb.add_option("--log", platform.log, "What is refused, on standard error: text for people, json one object a line [default: text]")
      ->envname("FLEETSIM_LOG")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  verb.add_option("--drain", platform.drain, "How long SIGTERM waits for what is under way, at most [default: 5s]")
      ->envname("FLEETSIM_DRAIN")
      ->type_name("DURATION")
      ->check(check_duration);
  add_state(verb, platform, raw);
  verb.final_callback([config, &platform, &raw] {
    if (platform.config.empty() && !raw.check_state) throw CLI::RequiredError(config->get_name());
  });
}

void add_replay(CLI::App& app, ReplayVerb& replay, RawTexts& raw) {
  CLI::App& verb = *app.add_subcommand("replay", "Tell the story of one device of a run in world virtual");
  verb.footer(
      "The run is that of `run SCENARIO --world virtual` with the same seed and variables, whatever the number of threads. What is told:\n"
      "every packet with the moment at the device and at the platform, and what both sides said. Secrets are left out; in a capture\n"
      "stars of the same length stand in their places. Exit code 0: the story was told, whatever the run's own verdict.\n\n"
      "  fleetsim replay scenarios/quickstart.yaml --seed 1 --device 7\n"
      "  fleetsim replay scenarios/quickstart.yaml --seed 1 --device a1TestPK001/meter-000007 --until 30s --json story.json\n"
      "  fleetsim replay scenarios/quickstart.yaml --seed 1 --device 7 --pcap story.pcap\n"
      "  tshark -r story.pcap -d tcp.port==443,http -d tcp.port==1883,mqtt      with the ports that the story shows\n");
  verb.add_option("scenario", replay.scenario, "The scenario, a YAML file")->required()->type_name("FILE");
  add_settings(verb, raw);
  add_seed(verb, "Seed of every random choice [default: the scenario's]", replay.seed);
  verb.add_option("--device", replay.device, "Product key and device name with a / between them, a name, or a position in the fleet from 0")
      ->required()
      ->type_name("DEVICE");
  verb.add_option("--until", replay.until, "Tell, and run, no further than this moment of the run")
      ->type_name("DURATION")
      ->check(check_duration);
  verb.add_option("--json", replay.json_file, "Write the story as JSON; - is standard output, in place of the text")->type_name("FILE");
  verb.add_option("--pcap", replay.pcap_file, "Write what the device's links carried, for Wireshark; - is standard output")
      ->type_name("FILE");
  verb.add_option("--threads", replay.threads, "Threads of the simulation [default: one a core]; the story is the same with any number")
      ->envname("FLEETSIM_THREADS")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  verb.add_flag("--quiet", replay.quiet, "No progress line")->envname("FLEETSIM_QUIET");
}

void add_list(CLI::App& app, ListVerb& list) {
  CLI::App& verb = *app.add_subcommand("list", "Show the words that scenarios may use");
  std::vector<std::string> parts;
  for (const std::string_view part : list_parts()) parts.emplace_back(part);
  verb.add_option("what", list.what, "One part of the list [default: all]")->type_name("PART")->check(CLI::IsMember(parts));
}

Settings settings_of(const std::vector<std::string>& texts) {
  Settings settings;
  for (const std::string& text : texts)
    if (const auto setting = parse_setting(text)) settings[setting->first] = setting->second;
  return settings;
}

}  // namespace

std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::uint32_t> {
    std::uint32_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return failed == std::errc{} && end == digits.data() + digits.size() ? std::optional{value} : std::nullopt;
  };
  const auto index = number(text.substr(0, slash));
  const auto count = number(text.substr(slash + 1));
  constexpr std::uint32_t shards_max = 10'000;
  if (!index || !count || *index >= *count || *count > shards_max) return std::nullopt;
  return std::pair{*index, *count};
}

CommandLine parse_command_line(int argc, const char* const* argv) {
  CLI::App app{intro, "fleetsim"};
  app.require_subcommand(1);
  app.footer(outro);
  RunVerb run;
  ValidateVerb validate;
  PlatformVerb platform;
  ReplayVerb replay;
  ListVerb list;
  RawTexts raw;
  add_run(app, run, raw);
  add_validate(app, validate, raw);
  add_platform(app, platform, raw);
  add_replay(app, replay, raw);
  add_list(app, list);
  SweepVerb sweep;
  add_settings(add_sweep(app, sweep), raw);
  ConformVerb conform;
  add_conform(app, conform);
  DeviceVerb device;
  add_device(app, device);
  app.add_subcommand("version", "Show the version");

  CommandLine line;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    const bool help = app.exit(stop) == 0;
    line.finished = static_cast<int>(help ? ExitCode::pass : ExitCode::usage);
    return line;
  }
  platform.full_durability = raw.durability == "full";
  if (raw.check_state) platform.use = StateUse::check;
  if (const auto outage = parse_duration(raw.projected_outage))
    run.projection.outage_seconds = std::chrono::duration<double>(*outage).count();
  run.settings = validate.settings = platform.settings = replay.settings = sweep.settings = settings_of(raw.settings);
  if (const auto shard = parse_shard(raw.shard)) std::tie(run.shard_index, run.shard_count) = *shard;
  if (app.got_subcommand("run")) line.verb = std::move(run);
  if (app.got_subcommand("validate")) line.verb = std::move(validate);
  if (app.got_subcommand("platform")) line.verb = std::move(platform);
  if (app.got_subcommand("replay")) line.verb = std::move(replay);
  if (app.got_subcommand("list")) line.verb = std::move(list);
  if (app.got_subcommand("sweep")) line.verb = std::move(sweep);
  if (app.got_subcommand("conform")) line.verb = std::move(conform);
  if (app.got_subcommand("device")) line.verb = std::move(device);
  return line;
}

}  // namespace fleetsim::sim
