// What a run found out: plain data that the summary and the JSON report are written from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/metrics.hpp"
#include "sim/metrics/threshold.hpp"
#include "sim/weather/projection.hpp"
#include "sim/weather/weather.hpp"

namespace fleetsim::sim {

enum class Verdict : std::uint8_t { pass, fail, invalid, interrupted };

struct DeviceFailure {
  std::string device;  // "pk/dn"
  std::string group;
  std::string reason;  // "connect refused: 4 (bad user name or password)"
};

struct DistributionResult {
  std::string job;     // the name that the scenario gives it, else the id of its first job
  std::string policy;  // "region" | "nearest_access"
  std::string source;
  std::map<std::string, std::uint64_t> targets;  // instance -> devices that committed there
  std::map<std::string, std::uint64_t> reasons;  // nearest access: "DE -> eu-central-1" -> devices
  std::uint64_t devices = 0;                     // handed over
  std::uint64_t failed = 0;                      // refused one by one
  std::vector<std::string> jobs;                 // the platform's ids: one a batch
};

/// What became of the devices that one kind of firmware ran on at the start.
struct ProfileResult {
  std::string profile;
  std::uint64_t devices = 0;
  std::uint64_t online = 0;
  std::uint64_t moved = 0;
  std::uint64_t stranded = 0;
  std::map<std::string, std::uint64_t> reasons;  // why stranded -> devices
};

struct GeneratorHealth {
  bool valid = true;
  std::vector<std::string> why_invalid;  // each with what to do
  double loop_lag_p99_seconds = 0;
  std::uint64_t late_arrivals = 0;
  std::uint64_t arrivals = 0;  // of open models, as the late ones
  std::uint64_t late_publishes = 0;
  std::uint64_t paced_publishes = 0;    // of loads with a rate
  std::uint64_t dropped_publishes = 0;  // of them, those that found no room on the device and were never sent
  std::uint64_t port_exhaustions = 0;
  std::uint64_t descriptor_exhaustions = 0;
  std::uint64_t memory_exhaustions = 0;     // the kernel had no room for a socket (ENOMEM, ENOBUFS)
  double cpu_share = 0;                     // of the fleet's loops, 1.0 = all busy
  double cpu_microseconds_per_connect = 0;  // fleet threads only
  double cpu_microseconds_per_publish = 0;
  double platform_cpu_microseconds_per_connect = 0;  // world sockets
  double bytes_per_device = 0;                       // user memory of the fleet side: measured growth / devices
};

/// What became of one step of the scenario.
struct StepResult {
  enum class Outcome : std::uint8_t { not_reached, done, cut_short, failed };
  std::string label;  // "steps[2] wait_until moved"
  Outcome outcome = Outcome::not_reached;
  double began_seconds = 0;  // since the run's begin, as the next
  double ended_seconds = 0;
  std::vector<std::string> why_failed;
};
constexpr std::string_view outcome_name(StepResult::Outcome outcome) {
  switch (outcome) {
    case StepResult::Outcome::not_reached:
      return "not reached";
    case StepResult::Outcome::done:
      return "done";
    case StepResult::Outcome::cut_short:
      return "cut short";
    case StepResult::Outcome::failed:
      return "failed";
  }
  return {};
}

struct RunResult {
  std::string scenario;
  std::string world;
  std::uint64_t seed = 0;
  std::string limits;  // "documented" | "unlimited" | "external"
  std::string shard;   // "0/1"
  Verdict verdict = Verdict::pass;
  double elapsed_seconds = 0;  // of the world's time
  double host_seconds = 0;     // world virtual: what that took on this host; else 0
  std::string trace_hash;      // world virtual: 32 hexadecimal digits over everything on the wire
  std::uint64_t devices_total = 0;
  std::uint64_t devices_online = 0;             // at the end, before the orderly power-off
  std::uint64_t devices_moved = 0;              // whose last job committed; world external: that moved at all, by their own word
  std::uint64_t devices_stranded = 0;           // still in handover
  std::uint64_t devices_stranded_expected = 0;  // of them, those that a step expected
  bool stranded_known = true;                   // false: the registry is out of reach
  std::uint64_t moves = 0;                      // commits
  std::vector<DistributionResult> distribution;
  std::map<std::string, std::uint64_t> misbehaviour;  // rule -> how often it fired; world external: as its console says
  std::map<std::string, std::uint64_t> faults;        // fault -> how often it acted, but for those among the misbehaviour
  std::vector<ProfileResult> profiles;                // in the order of TagNames::profiles
  Metrics metrics;
  TagNames tag_names;
  Weather weather;                      // of the fleet, until the orderly power-off
  ProjectionQuestion projection;        // what the whole fleet's return is asked for
  std::map<std::string, double> rates;  // moves_per_second, when the platform knows it; the others are in the metrics
  std::vector<ThresholdResult> thresholds;
  GeneratorHealth generator;
  std::string ledgers_not_compared;                 // why connections, sessions and moves were not compared in the end; empty: they were
  std::vector<std::string> violations;              // oracles and checks that failed
  std::map<std::string, std::uint64_t> invariants;  // how often each had something to judge; empty: nobody asked for them
  std::vector<DeviceFailure> failures;              // first `failures_listed_max`; the count is failures_total
  std::uint64_t failures_total = 0;
  std::vector<DeviceFailure> stranded;    // likewise, each with its reason
  std::vector<std::string> steps_failed;  // "steps[2] wait_until moved: 998 of 1000 after 60 s"
  std::vector<StepResult> steps;          // all of them, in their order
  std::map<std::string, std::string> vars;
  bool ended_by_threshold = false;  // devices that were on their way then are stranded by no fault of theirs
  bool output_lost = false;         // the events or the report could not be written: exit code 3
};

inline constexpr std::size_t failures_listed_max = 20;

}  // namespace fleetsim::sim
