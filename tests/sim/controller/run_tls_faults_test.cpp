// Faults on links that carry TLS, real on both ends, in either world: they are below it, so that a handshake is sliced, cut and slowed like
// anything else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <tuple>

#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Combine;
using ::testing::IsEmpty;
using ::testing::Values;
using namespace test;

constexpr std::int64_t a_millisecond = 1000;
constexpr std::uint32_t devices = 3;
const WaitUntil everybody_online{WaitUntil::What::online, 1.0, {}, seconds{60}};

class RunTlsFaults : public ::testing::TestWithParam<std::tuple<WorldKind, DeviceTls>> {
 protected:
  RunTlsFaults() {
    scenario_.groups[0].backoff_floor = milliseconds{100};
    scenario_.groups[0].backoff_cap = milliseconds{400};
    const auto [world, library] = GetParam();
    scenario_.world = world;
    scenario_.network.tls = NetworkTls::real;
    scenario_.groups[0].bootstrap_tls = library;
    scenario_.groups[0].mqtt_tls = library;
    for (auto& instance : scenario_.platform.instances) {
      instance.mqtt.plain = false;
      instance.mqtt.tls = true;
    }
    scenario_.platform.bootstrap.plain = false;
    scenario_.platform.bootstrap.tls = true;
  }
  /// The fleet comes up while the fault is on, and is moved.
  RunResult move_through(FaultSpec fault) {
    fault.name = "fault";
    scenario_.faults = {std::move(fault)};
    scenario_.steps = {step("up", BringOnline{}), step("there", move_to("there", shanghai, singapore)),
                       step("moved", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{60}}), step("online", everybody_online)};
    return run(scenario_);
  }
  /// The fleet meets the fault for so long, and comes back when it is over.
  RunResult survive(FaultSpec fault, Duration lasts) {
    fault.name = "fault";
    scenario_.steps = {step("hit", InjectStep{std::move(fault)}), step("up", BringOnline{{}, seconds{60}}), step("meanwhile", Sleep{lasts}),
                       step("again", everybody_online)};
    std::get<InjectStep>(scenario_.steps[0].action).fault.until = lasts;
    return run(scenario_);
  }
  static std::uint64_t count(const RunResult& result, Metric metric) { return result.metrics.total(metric).count; }

  Scenario scenario_ = small_scenario(devices);
};
INSTANTIATE_TEST_SUITE_P(WithEachLibrary, RunTlsFaults,
                         Combine(Values(WorldKind::sockets, WorldKind::virtual_time), Values(DeviceTls::mbedtls, DeviceTls::openssl)),
                         [](const auto& one) {
                           return std::string(std::get<0>(one.param) == WorldKind::sockets ? "sockets_" : "virtual_") +
                                  (std::get<1>(one.param) == DeviceTls::mbedtls ? "mbedtls" : "openssl");
                         });

TEST_P(RunTlsFaults, ASlicerCutsHandshakesAndRecordsAndNothingIsLost) {
  const RunResult result = move_through({.kind = "slicer", .arguments = {{"average_size", 7}, {"size_variation", 3}}});
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.devices_moved, devices);
  // Two bootstraps and two connects each; a handshake alone is four flights, a CONNECT one more.
  EXPECT_GE(result.faults.at("fault"), devices * 4 * 4);
}

TEST_P(RunTlsFaults, ANarrowLineMakesTheHandshakeSlow) {
  constexpr std::int64_t rate = 5'000;
  const RunResult result = move_through({.kind = "bandwidth", .arguments = {{"rate", rate}}, .leg = FaultLeg::mqtt});
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(result.devices_moved, devices);
  // A certificate and its chain alone are more than 500 bytes: a CONNECT and its CONNACK are a tenth of a second at this rate at most.
  EXPECT_GE(result.metrics.total(Metric::connect_seconds).latency.min(), 150'000u);
}

TEST_P(RunTlsFaults, ALimitOfBytesEndsHandshakesInTheMiddle) {
  const RunResult result = survive({.kind = "limit_data", .arguments = {{"bytes", 400}}, .leg = FaultLeg::mqtt}, seconds{2});
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(result.devices_online, devices);
  EXPECT_GE(count(result, Metric::connect_failures), devices) << "no CONNECT was ever sent";
  EXPECT_GE(result.faults.at("fault"), devices);
}

TEST_P(RunTlsFaults, AResetEndsSessionsThatWereSecured) {
  const RunResult result =
      survive({.kind = "reset_peer", .arguments = {{"timeout", 300 * a_millisecond}}, .leg = FaultLeg::mqtt}, milliseconds{2500});
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(result.devices_online, devices);
  EXPECT_GE(count(result, Metric::disconnects) + count(result, Metric::connect_failures), devices);
  EXPECT_GE(result.faults.at("fault"), devices);
}

TEST_P(RunTlsFaults, ATimeOutSwallowsTheHandshakeAndThenEndsIt) {
  const RunResult result = survive({.kind = "timeout", .arguments = {{"timeout", 200 * a_millisecond}}, .leg = FaultLeg::mqtt}, seconds{2});
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(result.devices_online, devices);
  EXPECT_GE(count(result, Metric::connect_failures), devices);
  EXPECT_GE(result.faults.at("fault"), devices);
}

}  // namespace
}  // namespace fleetsim::sim
