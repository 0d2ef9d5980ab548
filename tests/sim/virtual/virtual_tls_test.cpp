// TLS that is carried out in simulated time: whole runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <tuple>

#include "sim/virtual/virtual_world.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

FleetGroup secure_meters(const char* name, DeviceTls tls, std::uint32_t count) {
  FleetGroup group = meters(count);
  group.name = name;
  group.device_prefix = std::string(name) + "-";
  group.bootstrap_tls = tls;
  group.mqtt_tls = tls;
  return group;
}

void serve(Scenario& scenario, bool tls) {
  const auto set = [tls](platform::ListenerConfig& listener) {
    listener.tls = tls;
    listener.plain = !tls;
  };
  set(scenario.platform.bootstrap);
  for (auto& instance : scenario.platform.instances) set(instance.mqtt);
}

/// Devices that speak TLS on both legs, to listeners that serve nothing else.
Scenario secure(NetworkTls tls) {
  Scenario scenario = small_scenario(0);
  scenario.world = WorldKind::virtual_time;
  scenario.duration_max = std::chrono::minutes{5};
  scenario.network.tls = tls;
  serve(scenario, true);
  scenario.groups = {secure_meters("firmware", DeviceTls::mbedtls, 3), secure_meters("load", DeviceTls::openssl, 5)};
  WaitUntil moved;
  moved.what = WaitUntil::What::moved;
  PublishStep publish;
  publish.qos = 1;
  publish.count = 1;
  scenario.steps = {step("up", BringOnline{}), step("publish", publish), step("away", move_to("away", shanghai, singapore)),
                    step("moved", moved), step("probe", ProbeStep{})};
  return scenario;
}

TEST(VirtualTls, MovesAFleetThatShakesHands) {
  const RunResult result = run(secure(NetworkTls::real));
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.devices_online, 8U);
  EXPECT_EQ(result.devices_moved, 8U);
  EXPECT_EQ(result.metrics.total(Metric::publish_acks).count, 8U);
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_THAT(result.ledgers_not_compared, IsEmpty());
}

TEST(VirtualTls, TakesOtherMomentsThanTheModel) {
  const RunResult real = run(secure(NetworkTls::real));
  const RunResult modelled = run(secure(NetworkTls::modelled));
  EXPECT_EQ(real.verdict, modelled.verdict);
  EXPECT_EQ(real.moves, modelled.moves);
  EXPECT_NE(real.trace_hash, modelled.trace_hash);
}

TEST(VirtualTls, HasOneTraceForASeedWhateverTheThreads) {
  Scenario scenario = secure(NetworkTls::real);
  // More than one shard, and a line so narrow that the size of every record counts.
  scenario.groups = {secure_meters("load", DeviceTls::openssl, 1'030), secure_meters("firmware", DeviceTls::mbedtls, 10)};
  scenario.groups[0].mqtt_tls = DeviceTls::off;
  for (auto& instance : scenario.platform.instances) instance.mqtt.plain = true;
  scenario.network.bytes_per_second = 20'000;
  scenario.connects_in_flight = 1'000;
  scenario.steps = {step("up", BringOnline{})};
  ASSERT_GT(VirtualWorld::shards_for(1'040), 1U);
  scenario.threads = 1;
  const RunResult one = run(scenario);
  scenario.threads = 2;
  const RunResult two = run(scenario);
  EXPECT_EQ(one.devices_online, 1'040U);
  EXPECT_EQ(one.trace_hash, two.trace_hash);
}

/// What devices that never come online say of it, in either world.
class BadCertificates : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(BadCertificates, AreRefusedAsOnSockets) {
  const auto& [kind, endpoint] = GetParam();
  Scenario scenario = secure(NetworkTls::real);
  scenario.loop_lag_p99_max = seconds{60};
  platform::MisbehaviourRule rule;
  rule.kind = kind;
  rule.endpoint = endpoint;
  scenario.platform.misbehaviour = {rule};
  scenario.steps = {step("up", BringOnline{{}, seconds{2}})};
  const RunResult simulated = run(scenario);
  scenario.world = WorldKind::sockets;
  const RunResult sockets = run(scenario);
  EXPECT_EQ(simulated.verdict, Verdict::fail);
  EXPECT_EQ(simulated.devices_online, 0U);
  ASSERT_THAT(simulated.failures, SizeIs(8));
  ASSERT_THAT(sockets.failures, SizeIs(8));
  for (std::size_t i = 0; i < sockets.failures.size(); ++i) {
    EXPECT_EQ(simulated.failures[i].device, sockets.failures[i].device);
    EXPECT_THAT(simulated.failures[i].reason, HasSubstr("("));
    EXPECT_EQ(simulated.failures[i].reason.substr(simulated.failures[i].reason.find('(')),
              sockets.failures[i].reason.substr(sockets.failures[i].reason.find('(')));
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, BadCertificates,
                         ::testing::Values(std::tuple{"tls_expired", "bootstrap"}, std::tuple{"tls_wrong_name", "bootstrap"},
                                           std::tuple{"tls_unknown_ca", "bootstrap"}, std::tuple{"tls_expired", shanghai}));

TEST(VirtualTls, ComesOnlineWhenTheCertificateIsGoodAgain) {
  Scenario scenario = secure(NetworkTls::real);
  platform::MisbehaviourRule rule;
  rule.kind = "tls_expired";
  rule.endpoint = "bootstrap";
  rule.calls = platform::misbehaviour::first_calls(4);
  scenario.platform.misbehaviour = {rule};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.metrics.total(Metric::bootstrap_failures).count, 4U);
  EXPECT_EQ(result.devices_moved, 8U);
}

/// A server's patience, wherever a handshake goes on.
class SilentHandshakes : public ::testing::TestWithParam<std::tuple<WorldKind, NetworkTls>> {};

TEST_P(SilentHandshakes, AreEndedByTheServerInTime) {
  const auto& [world, tls] = GetParam();
  Scenario scenario = secure(tls);
  scenario.world = world;
  scenario.loop_lag_p99_max = seconds{60};
  scenario.platform.limits.connect_packet_timeout = std::chrono::milliseconds{300};
  platform::MisbehaviourRule rule;
  rule.kind = "tls_silent";
  rule.endpoint = "bootstrap";
  scenario.platform.misbehaviour = {rule};
  scenario.steps = {step("up", BringOnline{{}, seconds{2}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.devices_online, 0U);
  ASSERT_THAT(result.failures, SizeIs(8));
  EXPECT_THAT(result.failures[0].reason, HasSubstr("reset")) << "sooner than the device's own time-out";
}

INSTANTIATE_TEST_SUITE_P(Worlds, SilentHandshakes,
                         ::testing::Values(std::tuple{WorldKind::sockets, NetworkTls::real},
                                           std::tuple{WorldKind::virtual_time, NetworkTls::real},
                                           std::tuple{WorldKind::virtual_time, NetworkTls::modelled}));

TEST(VirtualTls, FailsWhereOnlyPlainIsServed) {
  Scenario scenario = secure(NetworkTls::real);
  scenario.platform.bootstrap.tls = false;
  scenario.platform.bootstrap.plain = true;
  scenario.steps = {step("up", BringOnline{{}, seconds{10}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.devices_online, 0U);
  ASSERT_THAT(result.failures, SizeIs(8));
  EXPECT_THAT(result.failures[0].reason, HasSubstr("reset"));
}

TEST(VirtualTls, HasNobodyToTrustWhenNoListenerSpeaksIt) {
  Scenario scenario = secure(NetworkTls::real);
  serve(scenario, false);
  scenario.steps = {step("up", BringOnline{{}, seconds{10}})};
  const RunResult result = run(scenario);
  ASSERT_THAT(result.failures, SizeIs(8));
  EXPECT_THAT(result.failures[0].reason, HasSubstr("no TLS session could be made"));
}

TEST(VirtualTls, GoesThroughFaultsOfItsLinks) {
  Scenario scenario = secure(NetworkTls::real);
  scenario.faults = {{.kind = "latency", .arguments = {{"latency", 1'000'000}}, .until = seconds{5}}};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.metrics.total(Metric::bootstrap_failures).count, 0U);
  EXPECT_EQ(result.devices_moved, 8U);
}

}  // namespace
}  // namespace fleetsim::sim
