// The command line of fleetsim: verbs and their options, read into plain structs; each verb is a file of its own beside this one.
//
//   CommandLine line = parse_command_line(argc, argv);
//   if (line.finished) return *line.finished;     // --help, or a mistake (already said)
//   std::visit(...)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/config/variables.hpp"
#include "sim/weather/projection.hpp"

namespace fleetsim::sim {

struct RunVerb {
  std::string scenario;
  Settings settings;
  std::optional<std::uint64_t> seed;
  std::uint32_t shard_index = 0;
  std::uint32_t shard_count = 1;
  std::string events_file;
  std::string json_file;
  std::string html_file;
  std::string weather_file;
  ProjectionQuestion projection;
  bool quiet = false;
  bool no_color = false;
  bool invariants = false;  // are watched
  std::optional<std::uint32_t> threads;
  std::string duration_max;
  std::string world;  // "sockets", "virtual"; empty: the scenario's
  std::string external_file;
  std::string host;
  std::optional<std::uint16_t> port;
};

struct ValidateVerb {
  std::vector<std::string> files;
  Settings settings;
};

enum class StateUse : std::uint8_t { serve, check };

struct PlatformVerb {
  std::string config;  // may be empty with StateUse::check
  std::string ca_out;
  Settings settings;
  std::uint64_t seed = 1;
  std::string log = "text";
  std::string drain;  // empty: as ServeOptions has it
  std::string state;  // the folder; empty: nothing is kept
  bool full_durability = false;
  StateUse use = StateUse::serve;
};

struct ReplayVerb {
  std::string scenario;
  Settings settings;
  std::optional<std::uint64_t> seed;
  std::string device;  // "pk/dn", "dn" or a position in the roster
  std::string until;   // a duration; empty: to the end
  std::string json_file;
  std::string pcap_file;
  std::optional<std::uint32_t> threads;
  bool quiet = false;
};

struct ListVerb {
  std::string what;  // empty: everything
};

struct SweepVerb {
  std::string scenario = "scenarios/chaos.yaml";
  Settings settings;
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 100;
  bool collect = false;  // else it stops at the first seed that fails
  std::optional<std::uint32_t> threads;
  std::string json_file;
  std::uint32_t shrink_runs = 200;
  std::string shrunk_file;  // empty: beside where the program runs, named after scenario and seed
  std::uint64_t sometimes_after = 100;
  bool ignore_verdict = false;  // only invariants count
  bool quiet = false;
};

struct ConformVerb {
  std::string dut = "virtual:reference";
  std::vector<std::string> filters;
  std::vector<std::string> groups;
  std::vector<std::string> requirements;
  bool list = false;
  bool dry_run = false;
  bool strict = false;
  std::uint32_t retries = 0;
  std::uint64_t seed = 1;
  std::optional<std::uint32_t> threads;
  std::string junit_file;
  std::string json_file;
  std::string html_file;
  std::string markdown_file;
  std::string baseline_file;      // a JSON report of before
  std::string budget;             // a duration; empty: as long as it takes
  std::string capabilities_file;  // declares what the device does
  std::string capabilities_out;
  bool no_discovery = false;
  // Of devices in real time.
  std::optional<double> time_scale;
  std::uint32_t case_seconds = 210;
  std::string dut_tls = "off";
  std::string external_address = "127.0.0.1";
  std::uint16_t external_port = 0;
  std::uint32_t external_seconds = 300;
  std::string answers_file;
  bool quiet = false;
};

struct DeviceVerb {
  std::string profile = "reference";
  std::string product_key;
  std::string device_name;
  std::string device_secret;       // never shown
  std::string device_secret_file;  // in its place
  std::string bootstrap_host;
  std::uint16_t bootstrap_port = 443;
  bool bootstrap_tls = true;
  bool mqtt_tls = true;
  std::string ca_file;  // empty: the system's
  std::string home_host;
  std::uint16_t home_port = 1883;
  std::string flash_folder = "flash";
  std::uint16_t keep_alive_s = 60;
  std::uint32_t publish_interval_ms = 0;
  std::string firmware_version;
  double time_scale = 1;
  std::int64_t clock_offset_s = 0;
  std::string clock_file;  // in its place, while it runs
  std::optional<std::uint64_t> seed;
  bool quiet = false;
};

struct VersionVerb {};

using Verb = std::variant<RunVerb, ValidateVerb, PlatformVerb, ReplayVerb, ListVerb, SweepVerb, ConformVerb, DeviceVerb, VersionVerb>;

struct CommandLine {
  Verb verb = VersionVerb{};
  std::optional<int> finished;  // the exit code, when there is nothing left to do
};

/// Help goes to stdout, mistakes to stderr.
CommandLine parse_command_line(int argc, const char* const* argv);

/// "k/n": this is part k of n, 0-based. Nothing when it is no such text or k is not below n.
std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_shard(std::string_view text);

}  // namespace fleetsim::sim
