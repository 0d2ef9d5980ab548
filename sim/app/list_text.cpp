#include "sim/app/list_text.hpp"

#include <array>
#include <fmt/format.h>

#include "devicecore/firmware_profile.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/region_table.hpp"
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/invariants/list.hpp"
#include "sim/invariants/sometimes.hpp"
#include "sim/metrics/metrics.hpp"
#include "sim/report/number_text.hpp"
#include "sim/scenario/scenario_words.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t word_columns = 26;
constexpr std::size_t situation_columns = 34;
constexpr std::size_t settings_columns = 100;

std::string row(std::string_view word, std::string_view meaning, std::size_t columns = word_columns) {
  return fmt::format("  {} {}\n", padded_right(word, columns), meaning);
}

std::string profiles() {
  std::string out;
  for (const device::FirmwareProfile* profile : device::firmware_profiles()) out += row(profile->name, profile->summary);
  return out;
}

/// For `conform --dut virtual:mutant/NAME` only.
std::string wire_mutant_rows() {
  std::string out;
  for (const WireMutant& mutant : wire_mutants()) out += row(mutant.name, mutant.summary);
  return out;
}

/// "policy (region, nearest_access)"
std::string setting_text(const MapReader::AskedKey& setting) {
  std::string text = setting.key;
  for (const std::string_view word : setting.words) text.append(text.size() == setting.key.size() ? " (" : ", ").append(word);
  return setting.words.empty() ? text : text + ")";
}

/// A word with what it means, and below it what it takes.
std::string entries(const std::vector<ScenarioWord>& words) {
  std::string out;
  for (const ScenarioWord& one : words) {
    out += row(one.word, one.summary);
    std::string line;
    for (const MapReader::AskedKey& setting : one.settings) {
      const std::string text = setting_text(setting);
      if (!line.empty() && line.size() + text.size() > settings_columns) {
        out += row("", line + ",");
        line.clear();
      }
      line += (line.empty() ? "" : ", ") + text;
    }
    if (!line.empty()) out += row("", line);
  }
  return out;
}

std::string executors() { return entries(executor_words()) + "  every group: startTime\n"; }

std::string steps() { return entries(step_words()); }

std::string faults() {
  return entries(fault_words()) +
         "  every fault: name, groups, from, until, duration, toxicity; of links also:\n"
         "  leg (both, bootstrap, mqtt), regions, per (link, device), most of them direction (both, up, down)\n";
}

/// What `sweep` watches every run for, and `run --invariants`.
std::string invariants() {
  std::string out;
  for (const InvariantKind& kind : invariant_kinds()) out += row(kind.name, kind.what);
  return out;
}

/// What a sweep wants to have met: each of those that its scenario can bring about.
std::string situations() {
  std::string out;
  for (const SometimesKind& kind : sometimes_kinds()) out += row(kind.name, kind.what, situation_columns);
  return out;
}

std::string metrics() {
  std::string out = "  trends (seconds): avg min max med p(N) count\n";
  for (std::size_t i = 0; i < metric_count; ++i)
    if (const auto metric = static_cast<Metric>(i); metric_is_trend(metric)) out += fmt::format("    {}\n", metric_name(metric));
  out += "  counters: count rate value; and NAME_per_second: value rate\n";
  for (std::size_t i = 0; i < metric_count; ++i)
    if (const auto metric = static_cast<Metric>(i); !metric_is_trend(metric)) out += fmt::format("    {}\n", metric_name(metric));
  return out + "  tags: group region leg (bootstrap, mqtt) profile\n";
}

std::string thresholds() {
  return "  METRIC or METRIC{tag:value,...}, then AGGREGATION OP NUMBER\n"
         "  OP is one of > >= < <= == === !=\n"
         "    connect_seconds: p(95)<0.5\n"
         "    move_seconds{group:meters}: [\"p(99)<2\", \"max<5\"]\n"
         "    moves_per_second: value>=3000\n"
         "    connect_failures: {threshold: \"count==0\", abortOnFail: true, delayAbortEval: 5s}\n";
}

std::string limits() {
  const platform::Limits documented;
  std::string out = "  `limits: documented` (the platform's own; `limits: unlimited` turns them off)\n";
  const auto add = [&](std::string_view name, std::uint64_t value) { out += row(name, count_text(value)); };
  add("connects/s, account", documented.connects_per_second_per_account);
  add("connects/min, device", documented.connects_per_minute_per_device);
  add("QoS 0 uplink/s, device", documented.uplink_qos0_per_second_per_device);
  add("QoS 1 uplink/s, device", documented.uplink_qos1_per_second_per_device);
  add("downlink/s, device", documented.downlink_per_second_per_device);
  add("subscriptions, device", documented.subscriptions_per_device);
  add("payload bytes", documented.payload_bytes);
  add("topic bytes", documented.topic_bytes);
  add("topic slashes", documented.topic_slashes);
  add("unacknowledged, device", documented.unacknowledged_per_device);
  add("keep-alive seconds, from", documented.keep_alive_s_min);
  add("keep-alive seconds, to", documented.keep_alive_s_max);
  add("devices a job", documented.devices_per_job);
  add("unfinished jobs, account", documented.unfinished_jobs_per_account);
  return out;
}

std::string regions() {
  std::string out;
  for (const platform::RegionConfig& region : platform::documented_regions()) out += row(region.id.view(), region.name);
  return out;
}

struct Part {
  std::string_view name;
  std::string (*text)();
};
constexpr std::array<Part, 11> parts{{{"profiles", profiles},
                                      {"wire-mutants", wire_mutant_rows},
                                      {"executors", executors},
                                      {"steps", steps},
                                      {"faults", faults},
                                      {"invariants", invariants},
                                      {"situations", situations},
                                      {"metrics", metrics},
                                      {"thresholds", thresholds},
                                      {"limits", limits},
                                      {"regions", regions}}};

}  // namespace

std::span<const std::string_view> list_parts() {
  static constexpr auto names = [] {
    std::array<std::string_view, parts.size()> out;
    for (std::size_t i = 0; i < parts.size(); ++i) out[i] = parts[i].name;
    return out;
  }();
  return names;
}

std::string list_text(std::string_view part) {
  std::string out;
  for (const Part& one : parts) {
    if (!part.empty() && part != one.name) continue;
    if (part.empty()) out += fmt::format("{}:\n", one.name);
    out += one.text();
    if (part.empty()) out += '\n';
  }
  return out;
}

}  // namespace fleetsim::sim
