// Chosen devices say and hear the same bytes on sockets and in simulated time, but for time stamps and random ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/config/diagnostics.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/world/run_recorder.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/virtual/byte_trace.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Compared {
  const char* scenario;
  Settings settings;
  std::vector<std::uint32_t> devices;  // positions in the roster
};

std::ostream& operator<<(std::ostream& out, const Compared& one) { return out << one.scenario; }

std::map<std::uint32_t, Recording> record(const Scenario& scenario, const std::vector<std::uint32_t>& devices) {
  RunRecorder recorder(devices);
  RunOptions options;
  options.taps = &recorder;
  EXPECT_EQ(run(scenario, options).verdict, Verdict::pass);
  std::map<std::uint32_t, Recording> all;
  for (const std::uint32_t device : devices) all[device] = recorder.take(device);
  return all;
}

/// Both worlds are to listen on the same ports: those that the kernel gave.
void take_ports(Scenario& scenario, const std::map<std::uint32_t, Recording>& recorded) {
  for (const auto& [device, recording] : recorded) {
    for (const RecordedEvent& told : recording.events) {
      auto& listener =
          told.event.endpoint == wire_bootstrap ? scenario.platform.bootstrap : scenario.platform.instances[told.event.endpoint].mqtt;
      listener.port = told.event.platform_port;
    }
  }
}

/// Whoever probes kicks the device that is there, whose good-bye may still be on its way when it was switched off. So that this is no race
/// with the run's end, there is a moment before it and one after it; and those who are not off are to be back.
void give_probes_time(Scenario& scenario) {
  const Step moment{"a moment", Sleep{seconds{1}}};
  std::vector<Step> steps;
  bool are_off = false;
  for (Step& step : scenario.steps) {
    are_off |= std::holds_alternative<PowerOffStep>(step.action);
    const bool is_probe = std::holds_alternative<ProbeStep>(step.action);
    if (is_probe) steps.push_back(moment);
    steps.push_back(std::move(step));
    if (is_probe) steps.push_back(moment);
    if (is_probe && !are_off) steps.push_back({"back", WaitUntil{}});
  }
  scenario.steps = std::move(steps);
}

class SameBytes : public ::testing::TestWithParam<Compared> {};

TEST_P(SameBytes, OnSocketsAndInSimulatedTime) {
  Diagnostics diagnostics;
  auto scenario = load_scenario(std::string(SOURCE_ROOT) + "/scenarios/" + GetParam().scenario + ".yaml", GetParam().settings, diagnostics);
  ASSERT_TRUE(scenario) << diagnostics.text();
  for (auto& instance : scenario->platform.instances) instance.mqtt.port = 0;
  scenario->platform.bootstrap.port = 0;
  scenario->loop_lag_p99_max = seconds{10};
  scenario->late_share_max = 1.0;
  scenario->thresholds.clear();  // times
  give_probes_time(*scenario);
  scenario->world = WorldKind::sockets;
  const auto sockets = record(*scenario, GetParam().devices);
  take_ports(*scenario, sockets);
  scenario->world = WorldKind::virtual_time;
  const auto simulated = record(*scenario, GetParam().devices);
  for (const std::uint32_t device : GetParam().devices) {
    const std::vector<TracedLink> trace = trace_of(sockets.at(device));
    EXPECT_GE(trace.size(), 4U) << "device " << device;
    EXPECT_EQ(first_difference(trace, trace_of(simulated.at(device))), "") << "device " << device;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, SameBytes,
                         ::testing::Values(Compared{"quickstart", {{"devices", "12"}}, {0, 5, 11}}, Compared{"redistribution", {}, {0, 7}},
                                           Compared{"cross-account", {}, {0, 3}}, Compared{"return-home", {}, {0, 1}},
                                           Compared{"tls", {{"mbedtls_devices", "3"}, {"openssl_devices", "3"}}, {0, 5}}));

std::vector<TracedLink> one_link(std::vector<TracedMessage> up) {
  TracedLink link;
  link.name = "mqtt link 1 to instance 0";
  link.up = std::move(up);
  link.end = "ended by the device";
  return {link};
}

TEST(ByteTrace, MasksTimesIdsAndSecretsAndNothingElse) {
  const std::string connect = std::string("\x10\x85\x01", 3) + "id|timestamp=1700000000000,ext=3|sEcReT";
  const std::size_t secret = connect.find("sEcReT");
  EXPECT_EQ(masked(connect, device::Leg::mqtt, {{secret, connect.size()}}), "\x10id|timestamp=<time>,ext=3|<secret>");
  EXPECT_EQ(
      masked("HTTP/1.1 200 OK\r\nDate: Sun, 29 Nov 2026\r\nContent-Length: 12\r\n\r\n{\"id\":\"8\",\"time\":1700000000000,\"code\":200}",
             device::Leg::bootstrap, {}),
      "HTTP/1.1 200 OK\r\nDate: <time>\r\nContent-Length: <length>\r\n\r\n{\"id\":<id>,\"time\":<time>,\"code\":200}");
}

TEST(ByteTrace, ShowsTheFirstDifferenceSoThatPeopleCanReadIt) {
  const auto sockets = one_link({{"CONNECT", "same"}, {"PUBLISH", "0/topic {\"code\":200}"}});
  EXPECT_EQ(first_difference(sockets, sockets), "");
  EXPECT_EQ(first_difference(sockets, one_link({{"CONNECT", "same"}, {"PUBLISH", "0/topic {\"code\":300}"}})),
            "mqtt link 1 to instance 0, up, message 2, byte 16:\n"
            "  sockets PUBLISH: 0/topic {\"code\":200}\n"
            "  virtual PUBLISH: 0/topic {\"code\":300}\n");
  EXPECT_THAT(first_difference(sockets, one_link({{"CONNECT", "same"}})), HasSubstr("virtual nothing"));
  EXPECT_THAT(first_difference(sockets, {}), HasSubstr("virtual has no link"));
  auto other_end = sockets;
  other_end[0].end = "reset by the platform";
  EXPECT_THAT(first_difference(sockets, other_end), HasSubstr("virtual reset by the platform"));
}

}  // namespace
}  // namespace fleetsim::sim
