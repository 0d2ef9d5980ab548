// A run result with something in every field, for the report's tests.
#pragma once

#include "sim/report/run_result.hpp"
#include "tests/sim/weather/weather_sample.hpp"

namespace fleetsim::sim {

inline RunResult sample_result() {
  RunResult result;
  result.scenario = "sample";
  result.world = "sockets";
  result.seed = 7;
  result.limits = "unlimited";
  result.shard = "0/1";
  result.verdict = Verdict::pass;
  result.elapsed_seconds = 4.5;
  result.devices_total = 1000;
  result.devices_online = 1000;
  result.devices_moved = 1000;
  result.moves = 2000;
  result.vars = {{"devices", "1000"}};
  result.tag_names = {{"meters", "valves"}, {"", "cn-shanghai", "ap-southeast-1"}, {"reference"}};
  result.distribution.push_back({"to-singapore", "region", "iotx-oxssharez200", {{"iotx-oxssharez400", 1000}}, {}, 1000, 0, {"job-1"}});
  result.distribution.push_back({"nearest",
                                 "nearest_access",
                                 "iotx-oxssharez200",
                                 {{"iotx-oxssharez700", 600}, {"iotx-oxssharez400", 399}},
                                 {{"DE -> eu-central-1", 600}, {"SG -> ap-southeast-1", 399}},
                                 999,
                                 1,
                                 {"job-2", "job-3"}});
  const SeriesId shanghai = result.metrics.series(Metric::move_seconds, {.group = 0, .region = 1, .leg = LegTag::none, .profile = 0});
  const SeriesId singapore = result.metrics.series(Metric::move_seconds, {.group = 1, .region = 2, .leg = LegTag::mqtt, .profile = 0});
  for (std::uint64_t i = 1; i <= 100; ++i) result.metrics.record(shanghai, i * 1000, i * 900);
  for (std::uint64_t i = 1; i <= 100; ++i) result.metrics.record(singapore, i * 2000, i * 1900);
  result.metrics.add(result.metrics.series(Metric::connects, {.group = 0, .region = 1, .leg = LegTag::none, .profile = 0}), 3000);
  result.weather = sample_weather();
  result.steps = {
      {"steps[0] bring_online", StepResult::Outcome::done, 0, 1.5, {}},
      {"steps[1] wait_until moved", StepResult::Outcome::failed, 1.5, 61.5, {"steps[1] wait_until moved: 969 of 1000 after 60 s"}},
      {"steps[2] probe", StepResult::Outcome::not_reached, 0, 0, {}}};
  result.profiles.push_back({"reference", 1000, 1000, 1000, 0, {}});
  result.rates = {{"connects_per_second", 2500.5}, {"moves_per_second", 4000}};
  result.thresholds.push_back({"move_seconds: p(95)<2", 0.19, true});
  result.thresholds.push_back({"notify_seconds: max<1", std::nullopt, false});
  result.generator.loop_lag_p99_seconds = 0.0012;
  result.generator.arrivals = 1000;
  result.generator.paced_publishes = 5000;
  result.generator.late_publishes = 2;
  result.generator.cpu_microseconds_per_connect = 48.5;
  result.generator.bytes_per_device = 1840;
  return result;
}

}  // namespace fleetsim::sim
