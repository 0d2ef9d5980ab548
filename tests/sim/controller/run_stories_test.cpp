// The scenarios that ship and tell a story, run small, with what their reports must say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/report/exit_code.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "tests/sim/controller/run_in_process.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using test::run;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// As it ships, but for its size, and for what a loaded machine under sanitizers may take.
Scenario story(const std::string& name, const Settings& settings) {
  Diagnostics diagnostics;
  auto scenario = load_scenario(std::string(SOURCE_ROOT) + "/scenarios/" + name, settings, diagnostics);
  if (!scenario) {
    ADD_FAILURE() << diagnostics.text();
    return {};
  }
  scenario->threads = 2;
  scenario->loop_lag_p99_max = seconds{20};
  return std::move(*scenario);
}

const ProfileResult& profile(const RunResult& result, std::string_view name) {
  for (const ProfileResult& one : result.profiles)
    if (one.profile == name) return one;
  ADD_FAILURE() << "no profile " << name;
  static const ProfileResult none;
  return none;
}

TEST(Stories, CrossAccountGoesThereByCodeAndBackByFile) {
  const RunResult result = run(story("cross-account.yaml", {{"devices", "6"}}));
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(exit_code_of(result), ExitCode::pass);
  EXPECT_EQ(result.moves, 12U);
  ASSERT_EQ(result.distribution.size(), 2U);
  EXPECT_EQ(result.distribution[0].devices, 6U);
  EXPECT_EQ(result.distribution[1].devices, 6U);
}

TEST(Stories, LegacyFirmwareIsStrandedUnlessItIsUpgradedInTime) {
  const RunResult result = run(story("legacy-upgrade.yaml", {{"devices", "4"}, {"image", "20KiB"}}));
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(exit_code_of(result), ExitCode::pass);
  EXPECT_EQ(result.devices_moved, 4U);
  EXPECT_EQ(result.devices_stranded, 4U);
  EXPECT_EQ(result.devices_stranded_expected, 4U);
  EXPECT_EQ(result.metrics.total(Metric::upgrades).count, 4U);
  ASSERT_EQ(result.stranded.size(), 4U);
  EXPECT_EQ(result.stranded[0].group, "forgotten");
  EXPECT_THAT(result.stranded[0].reason, HasSubstr("notified, no reply"));
}

TEST(Stories, WhatStaysIsFoundAgainAndWhatIsClearedIsNot) {
  const RunResult result = run(story("return-home.yaml", {{"devices", "3"}, {"gateways", "2"}, {"each", "2"}, {"sensors", "4"}}));
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(exit_code_of(result), ExitCode::pass);
  EXPECT_EQ(result.devices_total, 9U);
  EXPECT_EQ(result.devices_online, 9U);
  EXPECT_EQ(result.moves, 18U);
}

TEST(Stories, EveryFirmwareHasItsLineAndThoseThatCannotBootstrapAreStranded) {
  const RunResult result = run(story("mixed-firmware.yaml", {{"devices", "2"}}));
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(exit_code_of(result), ExitCode::pass);
  ASSERT_EQ(result.profiles.size(), 6U);
  for (const char* name : {"reference", "linksdk-4", "living", "esp-gateway"}) {
    EXPECT_EQ(profile(result, name).moved, 2U) << name;
    EXPECT_EQ(profile(result, name).stranded, 0U) << name;
  }
  for (const char* name : {"legacy", "node-sdk"}) {
    EXPECT_EQ(profile(result, name).moved, 0U) << name;
    EXPECT_EQ(profile(result, name).stranded, 2U) << name;
    ASSERT_EQ(profile(result, name).reasons.size(), 1U) << name;
  }
  EXPECT_THAT(profile(result, "legacy").reasons.begin()->first, HasSubstr("notified, no reply"));
  EXPECT_THAT(profile(result, "node-sdk").reasons.begin()->first, HasSubstr("not subscribed to thing/bootstrap/notify"));
}

TEST(Stories, AStrandingThatIsExpectedAndDoesNotHappenIsAViolation) {
  Scenario scenario = story("mixed-firmware.yaml", {{"devices", "1"}});
  scenario.groups.resize(1);
  scenario.thresholds.clear();
  ExpectStep stranded;
  stranded.stranded = true;
  stranded.timeout = std::chrono::milliseconds{200};
  scenario.steps = {{"s0", BringOnline{}}, {"s1", stranded}};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, ::testing::ElementsAre(HasSubstr("0 of 1 stranded")));
  EXPECT_THAT(result.violations, ::testing::ElementsAre(HasSubstr("0 of 1 devices are stranded at the end, 1 were expected to be")));
  EXPECT_EQ(exit_code_of(result), ExitCode::check_failed);
}

TEST(Stories, DevicesThatThePlatformDoesNotKnowRegisterByThemselvesAndMoveByTheirTokens) {
  Scenario scenario = story("cross-account.yaml", {{"devices", "4"}});
  scenario.groups[0].registration = Registration::mqtt_nwl;
  scenario.groups[0].mqtt_tls = DeviceTls::openssl;
  scenario.steps.push_back({"probe", ProbeStep{}});
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(exit_code_of(result), ExitCode::pass);
  EXPECT_EQ(result.metrics.total(Metric::registrations).count, 4U) << "once each";
  EXPECT_EQ(result.metrics.total(Metric::bootstraps).count, 8U) << "for their moves alone: they knew where to register";
  EXPECT_EQ(result.moves, 8U);
  EXPECT_EQ(result.devices_online, 4U);
}

TEST(Stories, DeletedDevicesRegisterAgainAndDisabledOnesComeBackWhenTheyAreEnabled) {
  Scenario scenario = story("cross-account.yaml", {{"devices", "3"}});
  scenario.thresholds.clear();
  scenario.groups[0].registration = Registration::mqtt_nwl;
  scenario.groups[0].mqtt_tls = DeviceTls::openssl;
  scenario.groups[0].backoff_cap = seconds{1};
  scenario.platform.connack.unknown_device = 4;  // else a device tries three times, and asks the global endpoint
  ExpectStep online;
  online.at = "iotx-oxssharez200";
  online.status = "ONLINE";
  ExpectStep disabled = online;
  disabled.status = "DISABLE";
  const auto change = [&](DeviceChange what) { return ChangeDevicesStep{.change = what, .groups = {}, .at = online.at}; };
  scenario.steps = {{"s0", BringOnline{}}, {"s1", change(DeviceChange::deleted)}, {"s2", online}, {"s3", change(DeviceChange::disabled)},
                    {"s4", disabled},      {"s5", change(DeviceChange::enabled)}, {"s6", online}, {"s7", WaitUntil{}}};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.metrics.total(Metric::registrations).count, 6U) << "twice each: their first token went with them";
  EXPECT_EQ(result.devices_online, 3U);
}

TEST(Stories, DevicesWithoutASecretFetchItBothWaysAndMoveLikeAnyOther) {
  Scenario scenario = story("cross-account.yaml", {{"devices", "3"}});
  FleetGroup by_mqtt = scenario.groups[0];
  by_mqtt.name = "by-mqtt";
  by_mqtt.device_prefix = "by-mqtt-";
  by_mqtt.registration = Registration::mqtt;
  by_mqtt.mqtt_tls = DeviceTls::openssl;
  scenario.groups[0].registration = Registration::http;
  scenario.groups.push_back(by_mqtt);
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.metrics.total(Metric::registrations).count, 6U) << "once each, though they moved twice";
  EXPECT_EQ(result.moves, 12U);
}

}  // namespace
}  // namespace fleetsim::sim
