// A scenario ends alike in both worlds. Times differ and are not compared: thresholds of times are taken out, those of counts stay.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/config/diagnostics.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/world/run_recorder.hpp"
#include "tests/sim/controller/run_in_process.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::seconds;
using ::testing::IsEmpty;

/// What is the same in both worlds: all that is counted; or, where moments decide how often something happens, the end alone.
enum class Same : std::uint8_t { counts, end };

struct RunCompared {
  const char* file;
  Settings settings;
  Same same = Same::counts;
};

std::ostream& operator<<(std::ostream& out, const RunCompared& one) { return out << one.file; }

/// On sockets nobody waits for minutes: a step that only lets time pass lets so much pass.
constexpr Duration sleep_max = seconds{3};

void fit_for_sockets(Scenario& scenario) {
  for (auto& instance : scenario.platform.instances) instance.mqtt.port = 0;
  scenario.platform.bootstrap.port = 0;
  scenario.loop_lag_p99_max = seconds{10};
  scenario.late_share_max = 1.0;
  for (Step& step : scenario.steps)
    if (auto* const sleep = std::get_if<Sleep>(&step.action)) sleep->duration = std::min(sleep->duration, sleep_max);
  std::erase_if(scenario.thresholds, [](const ThresholdSpec& threshold) {
    return threshold.metric.find("_seconds") != std::string::npos || threshold.metric.find("_per_second") != std::string::npos;
  });
}

/// To walk a database of the whole world takes half a minute under sanitizers: each country has one block instead.
void know_countries_without_a_database(Scenario& scenario) {
  platform::GeoConfig& geo = scenario.platform.geo;
  if (geo.database.empty()) return;
  geo.database.clear();
  for (const FleetGroup& group : scenario.groups)
    for (const auto& [country, weight] : group.addresses.countries)
      geo.blocks.push_back({"20." + std::to_string(geo.blocks.size()) + ".0.0/16", country});
}

struct Ended {
  RunResult result;
  std::map<std::uint32_t, std::uint16_t> places;  // device -> the instance that its last MQTT link led to
};

Ended run_and_follow(const Scenario& scenario) {
  const std::uint32_t count = std::accumulate(scenario.groups.begin(), scenario.groups.end(), 0U,
                                              [](std::uint32_t sum, const FleetGroup& group) { return sum + group.count; });
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0U);
  RunRecorder recorder(all);
  RunOptions options;
  options.taps = &recorder;
  Ended ended{run(scenario, options), {}};
  for (const std::uint32_t device : all) {
    for (const RecordedEvent& told : recorder.take(device).events)
      if (told.event.kind == WireKind::opening && told.event.endpoint != wire_bootstrap) ended.places[device] = told.event.endpoint;
  }
  return ended;
}

void expect_same_end(const Ended& sockets, const Ended& simulated) {
  EXPECT_EQ(sockets.result.verdict, simulated.result.verdict);
  EXPECT_EQ(sockets.result.devices_total, simulated.result.devices_total);
  EXPECT_EQ(sockets.result.devices_online, simulated.result.devices_online);
  EXPECT_EQ(sockets.result.devices_moved, simulated.result.devices_moved);
  EXPECT_EQ(sockets.result.devices_stranded, simulated.result.devices_stranded);
  EXPECT_EQ(sockets.result.devices_stranded_expected, simulated.result.devices_stranded_expected);
  EXPECT_EQ(sockets.result.steps_failed, simulated.result.steps_failed);
  EXPECT_EQ(sockets.result.violations, simulated.result.violations);
  EXPECT_EQ(sockets.places, simulated.places);
  ASSERT_EQ(sockets.result.thresholds.size(), simulated.result.thresholds.size());
  for (std::size_t i = 0; i < sockets.result.thresholds.size(); ++i)
    EXPECT_EQ(sockets.result.thresholds[i].ok, simulated.result.thresholds[i].ok) << sockets.result.thresholds[i].expression;
}

void expect_same_counts(const RunResult& sockets, const RunResult& simulated) {
  EXPECT_EQ(sockets.moves, simulated.moves);
  EXPECT_EQ(sockets.misbehaviour, simulated.misbehaviour);
  for (const Metric metric :
       {Metric::moves, Metric::publishes, Metric::publish_acks, Metric::upgrades, Metric::registrations, Metric::misbehaviours})
    EXPECT_EQ(sockets.metrics.total(metric).count, simulated.metrics.total(metric).count) << metric_name(metric);
  for (std::size_t i = 0; i < sockets.thresholds.size(); ++i)
    EXPECT_EQ(sockets.thresholds[i].value, simulated.thresholds[i].value) << sockets.thresholds[i].expression;
  ASSERT_EQ(sockets.distribution.size(), simulated.distribution.size());
  for (std::size_t i = 0; i < sockets.distribution.size(); ++i) {
    EXPECT_EQ(sockets.distribution[i].targets, simulated.distribution[i].targets);
    EXPECT_EQ(sockets.distribution[i].reasons, simulated.distribution[i].reasons);
  }
}

class BothWorlds : public ::testing::TestWithParam<RunCompared> {};

TEST_P(BothWorlds, FindTheSame) {
  Diagnostics diagnostics;
  auto scenario = load_scenario(std::string(SOURCE_ROOT) + "/" + GetParam().file, GetParam().settings, diagnostics);
  ASSERT_TRUE(scenario) << diagnostics.text();
  fit_for_sockets(*scenario);
  know_countries_without_a_database(*scenario);
  scenario->world = WorldKind::sockets;
  const Ended sockets = run_and_follow(*scenario);
  scenario->world = WorldKind::virtual_time;
  const Ended simulated = run_and_follow(*scenario);
  EXPECT_EQ(sockets.result.verdict, Verdict::pass);
  EXPECT_THAT(sockets.result.steps_failed, IsEmpty());
  expect_same_end(sockets, simulated);
  if (GetParam().same == Same::counts) expect_same_counts(sockets.result, simulated.result);
}

INSTANTIATE_TEST_SUITE_P(Peaceful, BothWorlds,
                         ::testing::Values(RunCompared{"scenarios/quickstart.yaml", {{"devices", "40"}}},
                                           RunCompared{"scenarios/redistribution.yaml", {}},
                                           RunCompared{"scenarios/cross-account.yaml", {}},
                                           RunCompared{"scenarios/legacy-upgrade.yaml", {}}, RunCompared{"scenarios/return-home.yaml", {}},
                                           RunCompared{"scenarios/mixed-firmware.yaml", {}},
                                           RunCompared{"scenarios/nearest-access.yaml", {{"devices", "60"}}},
                                           RunCompared{"scenarios/tls.yaml", {{"mbedtls_devices", "3"}, {"openssl_devices", "6"}}}));

INSTANTIATE_TEST_SUITE_P(Stormy, BothWorlds,
                         ::testing::Values(RunCompared{"tests/sim/virtual/data/misbehaving.yaml", {}},
                                           RunCompared{"tests/sim/virtual/data/faulty.yaml", {}, Same::end},
                                           RunCompared{"scenarios/ping-pong.yaml", {{"devices", "20"}}, Same::end},
                                           RunCompared{"scenarios/power-cuts.yaml", {{"devices", "20"}}, Same::end}));

}  // namespace
}  // namespace fleetsim::sim
