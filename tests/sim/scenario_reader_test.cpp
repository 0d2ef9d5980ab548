#include "sim/scenario/scenario_reader.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <variant>

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

Scenario read(const std::string& text, const Settings& settings = {}) {
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = read_scenario(text, "folder/s.yaml", settings, diagnostics);
  EXPECT_TRUE(scenario) << diagnostics.text();
  return scenario.value_or(Scenario{});
}

const std::string platform = "platform: {regions: [cn-shanghai, ap-southeast-1], products: [{key: a1TestPK001}], limits: unlimited}\n";

TEST(ScenarioReader, TakesDefaultsForWhatIsNotSaid) {
  const Scenario scenario = read(platform + "groups: {meters: {devices: 10}}\n");
  EXPECT_EQ(scenario.name, "s");
  EXPECT_EQ(scenario.world, WorldKind::sockets);
  ASSERT_EQ(scenario.groups.size(), 1U);
  const FleetGroup& group = scenario.groups[0];
  EXPECT_EQ(group.product, "a1TestPK001") << "the only one there is";
  EXPECT_EQ(group.device_prefix, "meters-");
  EXPECT_EQ(group.bootstrap_tls, DeviceTls::openssl);
  EXPECT_EQ(group.mqtt_tls, DeviceTls::off);
  EXPECT_EQ(group.backoff_floor, Duration{1s});
  EXPECT_TRUE(std::holds_alternative<ConstantFleet>(group.executor));
  ASSERT_EQ(scenario.steps.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<BringOnline>(scenario.steps[0].action));
  EXPECT_FALSE(has_own_steps(scenario)) << "a step that nobody wrote does not end the run";
  EXPECT_EQ(std::get<BringOnline>(scenario.steps[0].action).timeout, scenario.duration_max) << "it may take as long as the run";
}

TEST(ScenarioReader, TakesGroupsWhoseDevicesFollowUponEachOther) {
  const Scenario scenario = read(platform +
                                 "groups:\n"
                                 "  low: {devices: {count: 10, prefix: meter-}}\n"
                                 "  high: {devices: {count: 10, prefix: meter-, first_index: 10}}\n");
  EXPECT_EQ(scenario.groups.size(), 2U);
}

TEST(ScenarioReader, ReadsEverySettingOfAGroup) {
  const Scenario scenario = read(R"(
platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}], bootstrap: {proxy_protocol: optional},
  instances: [{id: iotx-a, region: cn-shanghai, mqtt: {proxy_protocol: required}}], geo: {blocks: {203.0.113.0/24: DE}}}
groups:
  g:
    product: a1TestPK001
    profile: reference
    devices: {count: 7, prefix: valve., first_index: 100}
    tls: {bootstrap: mbedtls, mqtt: openssl}
    addresses: {countries: {DE: 3, FR: 1}, proxy: true}
    auth: device_secret
    sign_method: hmacsha1
    keep_alive: 1m
    backoff: {floor: 200ms, cap: 5s}
    wrong_secret_device: valve.000103
    executor: ramping-arrival-rate
    startRate: 10
    stages: [{duration: 5s, target: 20}, {duration: 1m, target: 0}]
    startTime: 3s
    property_post_interval: 10s
    load: {topic: "a/{dn}", payload: 1KiB, qos: 0, rate: 2.5, duration: 4s}
)");
  ASSERT_EQ(scenario.groups.size(), 1U);
  const FleetGroup& group = scenario.groups[0];
  EXPECT_EQ(group.count, 7U);
  EXPECT_EQ(group.first_index, 100U);
  EXPECT_EQ(group.device_prefix, "valve.");
  EXPECT_EQ(group.bootstrap_tls, DeviceTls::mbedtls);
  EXPECT_EQ(group.mqtt_tls, DeviceTls::openssl);
  EXPECT_EQ(group.addresses.kind, AddressPlan::Kind::countries);
  EXPECT_EQ(group.addresses.countries, (std::vector<std::pair<std::string, std::uint32_t>>{{"DE", 3}, {"FR", 1}}));
  EXPECT_TRUE(group.addresses.proxy);
  EXPECT_EQ(group.sign_method, HmacMethod::sha1);
  EXPECT_EQ(group.keep_alive_s, 60);
  EXPECT_EQ(group.backoff_floor, Duration{200ms});
  EXPECT_EQ(group.wrong_secret_device, "valve.000103");
  const auto& executor = std::get<RampingArrivalRate>(group.executor);
  EXPECT_EQ(executor.start_rate_per_second, 10);
  ASSERT_EQ(executor.stages.size(), 2U);
  EXPECT_EQ(executor.stages[1].duration, Duration{1min});
  EXPECT_EQ(group.start_time, Duration{3s});
  EXPECT_EQ(group.property_post_interval, Duration{10s});
  ASSERT_TRUE(group.load);
  EXPECT_EQ(group.load->payload_bytes, 1024U);
  EXPECT_EQ(group.load->rate_per_second_per_device, 2.5);
}

TEST(ScenarioReader, ReadsEveryStepInItsShortAndLongForms) {
  const Scenario scenario = read(platform + R"(
groups: {meters: {devices: 10}}
steps:
  - bring_online
  - bring_online: {groups: meters, timeout: 5s}
  - publish: 3
  - distribute: {name: j, source: iotx-oxssharez200, policy: nearest_access, targets: [iotx-oxssharez200, iotx-oxssharez400], batch: 5000, interval: 1s}
  - wait_until: online
  - wait_until: {what: moved, share: 99%, groups: [meters], timeout: 1m}
  - power_off: {cut: true}
  - sleep: 300ms
  - probe: {sample: 10}
)");
  ASSERT_EQ(scenario.steps.size(), 9U);
  EXPECT_TRUE(has_own_steps(scenario));
  EXPECT_EQ(scenario.steps[3].label, "steps[3] distribute");
  EXPECT_EQ(std::get<BringOnline>(scenario.steps[1].action).groups, std::vector<std::string>{"meters"});
  EXPECT_EQ(std::get<PublishStep>(scenario.steps[2].action).count, 3U);
  const auto& job = std::get<DistributeStep>(scenario.steps[3].action);
  EXPECT_EQ(job.policy, platform::Policy::nearest_access);
  EXPECT_EQ(job.targets.size(), 2U);
  EXPECT_EQ(job.batch, 5000U);
  EXPECT_EQ(std::get<WaitUntil>(scenario.steps[4].action).what, WaitUntil::What::online);
  EXPECT_DOUBLE_EQ(std::get<WaitUntil>(scenario.steps[5].action).share, 0.99);
  EXPECT_TRUE(std::get<PowerOffStep>(scenario.steps[6].action).cut);
  EXPECT_EQ(std::get<Sleep>(scenario.steps[7].action).duration, Duration{300ms});
  EXPECT_EQ(std::get<ProbeStep>(scenario.steps[8].action).sample, 10U);
}

TEST(ScenarioReader, ReadsTheStepsOfMisbehaviour) {
  const Scenario scenario = read(platform + R"(
groups: {meters: {devices: 10}}
steps:
  - misbehave: mqtt_kick
  - misbehave: {name: slow, kind: bootstrap_slow, piece_bytes: 3, every: 20ms, devices: [a1TestPK001/m*], share: 5%, calls: {from: 2, to: 9},
                times: 4, lasts: 1m, endpoint: bootstrap}
  - heal: slow
  - heal
)");
  ASSERT_EQ(scenario.steps.size(), 4U);
  EXPECT_EQ(std::get<MisbehaveStep>(scenario.steps[0].action).rule, platform::MisbehaviourRule{.kind = "mqtt_kick"});
  const platform::MisbehaviourRule wanted{.name = "slow",
                                          .kind = "bootstrap_slow",
                                          .arguments = {{"piece_bytes", std::int64_t{3}}, {"every", Duration{20ms}}},
                                          .devices = {"a1TestPK001/m*"},
                                          .share = 0.05,
                                          .endpoint = "bootstrap",
                                          .calls = platform::misbehaviour::Calls{.first = 2, .last = 9},
                                          .times = 4,
                                          .lasts = 1min};
  EXPECT_EQ(std::get<MisbehaveStep>(scenario.steps[1].action).rule, wanted);
  EXPECT_EQ(std::get<HealStep>(scenario.steps[2].action).names, std::vector<std::string>{"slow"});
  EXPECT_TRUE(std::get<HealStep>(scenario.steps[3].action).must_have_fired);
}

TEST(ScenarioReader, ReadsARetryOfOneStepsJobsAndOfAll) {
  const Scenario scenario = read(platform + R"(
groups: {meters: {devices: 10}}
steps:
  - distribute: {name: there, source: iotx-oxssharez200, target: iotx-oxssharez400, may_fail: true}
  - retry: there
  - retry: {name: there, timeout: 5s}
  - retry
)");
  ASSERT_EQ(scenario.steps.size(), 4U);
  EXPECT_TRUE(std::get<DistributeStep>(scenario.steps[0].action).may_fail);
  EXPECT_EQ(std::get<RetryStep>(scenario.steps[1].action).name, "there");
  EXPECT_EQ(std::get<RetryStep>(scenario.steps[2].action).timeout, Duration{5s});
  EXPECT_EQ(std::get<RetryStep>(scenario.steps[3].action).name, "");
}

TEST(ScenarioReader, WarnsOfGroupsThatWaitingForAcknowledgementsDoesNotTellApart) {
  Diagnostics diagnostics;
  EXPECT_TRUE(read_scenario(platform + "groups: {meters: {devices: 10}}\nsteps: [{wait_until: {what: acknowledged, groups: [meters]}}]\n",
                            "s.yaml", {}, diagnostics));
  EXPECT_EQ(diagnostics.text(), "s.yaml:3:51: warning: steps[0].wait_until.groups: acknowledged counts the publishes of all groups\n");
}

TEST(ScenarioReader, ReadsThresholdsInEachOfTheirForms) {
  const Scenario scenario = read(platform + R"(
groups: {meters: {devices: 10}}
thresholds:
  connects: count==10
  move_seconds{group:meters}: ["p(95)<2", {threshold: "max<5", abortOnFail: true, delayAbortEval: 10s}]
)");
  ASSERT_EQ(scenario.thresholds.size(), 3U);
  EXPECT_EQ(scenario.thresholds[0].metric, "connects");
  EXPECT_EQ(scenario.thresholds[2].expression, "max<5");
  EXPECT_TRUE(scenario.thresholds[2].abort_on_fail);
  EXPECT_EQ(scenario.thresholds[2].delay_abort, Duration{10s});
}

TEST(ScenarioReader, FillsVariablesInBeforeItChecksTypes) {
  const std::string text = "vars: {n: 10, tls: off}\n" + platform + "groups: {meters: {devices: \"${n}\", tls: \"${tls}\"}}\n";
  EXPECT_EQ(read(text).groups[0].count, 10U);
  const Scenario more = read(text, {{"n", "25"}, {"tls", "openssl"}});
  EXPECT_EQ(more.groups[0].count, 25U);
  EXPECT_EQ(more.groups[0].mqtt_tls, DeviceTls::openssl);
  EXPECT_EQ(more.vars, (std::map<std::string, std::string>{{"n", "25"}, {"tls", "openssl"}}));
}

TEST(ScenarioReader, EndsArrivalsWhenEveryDeviceHasArrivedUnlessTold) {
  const Scenario scenario = read(platform + "groups: {a: {devices: 100, executor: constant-arrival-rate, rate: 50}}\n");
  EXPECT_EQ(std::get<ConstantArrivalRate>(scenario.groups[0].executor).duration, Duration{2s});
}

TEST(ScenarioReader, ReadsWorldExternal) {
  const Scenario scenario = read(
      "world: external\nexternal: {host: broker, port: 1884, tls: true, ca_file: ca.pem, bootstrap: {host: b, port: 444}}\n"
      "groups: {g: {devices: 3, auth: plain, username: u, password: p}}\n");
  EXPECT_EQ(scenario.external.host, "broker");
  EXPECT_EQ(scenario.external.port, 1884);
  EXPECT_TRUE(scenario.external.mqtt_tls);
  EXPECT_EQ(scenario.external.ca_file, "folder/ca.pem");
  EXPECT_EQ(scenario.external.bootstrap_port, 444);
  EXPECT_EQ(scenario.groups[0].auth, AuthStyle::plain);
  EXPECT_EQ(scenario.groups[0].mqtt_tls, DeviceTls::openssl) << "the devices speak it, for the endpoint does";
}

TEST(ScenarioReader, AsksAManagementApiAtThePortOfItsScheme) {
  const auto port = [](const std::string& keys) {
    return read("world: external\nexternal: {host: h, management: {host: m, access_key_id: k, access_key_secret: s, target_uid: u" + keys +
                "}}\ngroups: {g: {devices: 1}}\n")
        .external.management.port;
  };
  EXPECT_EQ(port(""), 80);
  EXPECT_EQ(port(", tls: true"), 443);
  EXPECT_EQ(port(", tls: true, port: 8443"), 8443);
}

TEST(ScenarioReader, ReadsHowLongCallsAndJobsElsewhereMayTakeAndWhereInstancesAre) {
  const Scenario scenario = read(
      "world: external\nexternal:\n  host: h\n"
      "  management: {host: m, access_key_id: k, access_key_secret: s, target_uid: u, call_timeout: 2s, throttled_pause: 10ms,\n"
      "    throttled_pause_max: 20ms, throttled_patience: 0, job_timeout: 3m, look_interval_max: 40ms, failed_looks_max: 7}\n"
      "  instances: [{id: a, host: 10.0.0.1, port: 8883, tls: true}, {id: b, host: b.example}]\n"
      "groups: {g: {devices: 1}}\nsteps: [probe, {misbehave: mqtt_kick}, heal]\n");
  const ManagementEndpoint& management = scenario.external.management;
  EXPECT_EQ(management.call_timeout, Duration{2s});
  EXPECT_EQ(management.throttled_pause, Duration{10ms});
  EXPECT_EQ(management.throttled_pause_max, Duration{20ms});
  EXPECT_EQ(management.throttled_patience, Duration{0});
  EXPECT_EQ(management.job_timeout, Duration{180s});
  EXPECT_EQ(management.look_interval_max, Duration{40ms});
  EXPECT_EQ(management.failed_looks_max, 7U);
  ASSERT_EQ(scenario.external.instances.size(), 2U);
  EXPECT_EQ(scenario.external.instances[0].port, 8883);
  EXPECT_TRUE(scenario.external.instances[0].tls);
  EXPECT_EQ(scenario.external.instances[1].id, "b");
  EXPECT_EQ(scenario.external.instances[1].port, 1883);
}

TEST(ScenarioReader, ElsewhereThePlatformIsToldWhatTheScenariosOwnWouldDoWrong) {
  const std::string text =
      "platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}], misbehaviour: [{name: busy, kind: bootstrap_silent}]}\n"
      "groups: {g: {devices: 1, product: a1TestPK001}}\nsteps: [{heal: busy}]\n";
  const std::string path = ::testing::TempDir() + "elsewhere.yaml";
  const auto with = [&](const std::string& elsewhere) {
    std::ofstream(path) << elsewhere;
    Diagnostics diagnostics;
    auto scenario = read_scenario(text, "s.yaml", {}, diagnostics, path);
    return std::pair{std::move(scenario), diagnostics.text()};
  };
  const auto told = with("{host: h, management: {host: m, access_key_id: k, access_key_secret: s, target_uid: u}}\n");
  ASSERT_TRUE(told.first) << told.second;
  ASSERT_EQ(told.first->external.misbehaviour.size(), 1U);
  EXPECT_EQ(told.first->external.misbehaviour[0].name, "busy");
  EXPECT_EQ(told.first->external.misbehaviour[0].kind, "bootstrap_silent");
  EXPECT_NE(with("{host: h}\n").second.find("external.management: missing: the scenario's platform misbehaves from the start"),
            std::string::npos);
  std::remove(path.c_str());
}

TEST(ScenarioReader, TakesRatesInAnotherTimeUnitAsK6Does) {
  const Scenario scenario =
      read(platform +
           "groups:\n"
           "  a: {devices: 100, executor: constant-arrival-rate, rate: 30, timeUnit: 1m}\n"
           "  b: {devices: 100, executor: ramping-arrival-rate, startRate: 60, timeUnit: 1m, stages: [{duration: 5s, target: 120}]}\n");
  const auto& constant = std::get<ConstantArrivalRate>(scenario.groups[0].executor);
  EXPECT_DOUBLE_EQ(constant.rate_per_second, 0.5);
  EXPECT_EQ(constant.duration, Duration{200s}) << "until every device has arrived";
  const auto& ramping = std::get<RampingArrivalRate>(scenario.groups[1].executor);
  EXPECT_DOUBLE_EQ(ramping.start_rate_per_second, 1);
  EXPECT_DOUBLE_EQ(ramping.stages[0].target, 2);
}

TEST(ScenarioReader, TakesArrivalsThatAreListed) {
  const Scenario scenario = read(platform + "groups: {a: {devices: 3, executor: listed, at: [0, 1.5s, 1500ms]}}\n");
  const auto& listed = std::get<ListedArrivals>(scenario.groups[0].executor);
  EXPECT_EQ(*listed.at, (std::vector<Duration>{0s, 1500ms, 1500ms}));
}

TEST(ScenarioReader, KnowsWhichVariablesWentIntoASecretWhateverTheirNames) {
  const Scenario external = read(R"(
vars: {a: one, b: two, c: three, d: four}
world: external
external: {host: "${d}", management: {host: h, access_key_id: "${d}", access_key_secret: "${a}", target_uid: u}}
groups: {g: {devices: 1, auth: plain, username: u, password: "x${b}${c}"}}
)");
  EXPECT_EQ(external.secret_vars, (std::set<std::string>{"a", "b", "c"}));
  const Scenario sockets = read(R"(
vars: {a: one, b: two, c: three}
platform:
  regions: [cn-shanghai]
  accounts: [{id: "198000", name: mine, access_keys: [{id: key-1, secret: "${a}-long-enough"}]}]
  products: [{key: a1TestPK001, secret: "${b}", owner: "198000", devices: [{name: "dev1", secret: "${c}"}]}]
groups: {g: {devices: 1}}
)");
  EXPECT_EQ(sockets.secret_vars, (std::set<std::string>{"a", "b", "c"}));
}

class DeviceFile : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("fleetsim-devices-" + std::to_string(::getpid()) + ".csv");
    std::ofstream{path_} << "productKey,deviceName,deviceSecret\na1TestPK001,dev1,s1\na1TestPK001,dev2,s2\na1TestPK001,dev3,s3\n";
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::filesystem::path path_;
};

TEST_F(DeviceFile, SaysHowManyDevicesThereAre) {
  const Scenario scenario = read(platform + "groups: {g: {devices: {from: " + path_.string() + "}}}\n");
  EXPECT_EQ(scenario.groups[0].count, 3U);
  EXPECT_EQ(scenario.groups[0].devices_file, path_.string());
  EXPECT_EQ(scenario.groups[0].product, "a1TestPK001");
}

TEST_F(DeviceFile, IsCutToACountAndAnEmptyNameIsNone) {
  EXPECT_EQ(read(platform + "groups: {g: {devices: {from: " + path_.string() + ", count: 2}}}\n").groups[0].count, 2U);
  const Scenario none = read(platform + "groups: {g: {devices: {from: \"\", count: 9}}}\n");
  EXPECT_EQ(none.groups[0].count, 9U);
  EXPECT_EQ(none.groups[0].devices_file, "");
}

TEST(ShippedScenarios, AreAllGood) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string{SOURCE_ROOT} + "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    Diagnostics diagnostics;
    const std::string path = entry.path().string();
    const bool scenario = file_kind(path, diagnostics) == FileKind::scenario;
    EXPECT_TRUE(scenario ? load_scenario(path, {}, diagnostics).has_value() : path.find("/platforms/") != std::string::npos) << path;
    EXPECT_EQ(diagnostics.text(), "") << path;
    ++files;
  }
  EXPECT_GE(files, 10);
}

TEST(ShippedScenarios, TakeTheVariablesThatTheReadmeNames) {
  const std::string folder = std::string{SOURCE_ROOT} + "/scenarios/";
  Diagnostics diagnostics;
  const auto move = load_scenario(folder + "load/move.yaml", {{"devices", "9000"}, {"tls", "openssl"}}, diagnostics);
  ASSERT_TRUE(move) << diagnostics.text();
  EXPECT_EQ(move->groups[0].count, 9000U);
  EXPECT_EQ(move->groups[0].bootstrap_tls, DeviceTls::openssl);
  EXPECT_EQ(move->groups[0].mqtt_tls, DeviceTls::off);
  EXPECT_EQ(move->platform.limits.mode, platform::LimitsMode::unlimited) << "the scenario's own value wins over its platform file's";
  const auto connect = load_scenario(folder + "load/broker-connect.yaml", {{"clients", "10000"}, {"port", "1884"}}, diagnostics);
  ASSERT_TRUE(connect) << diagnostics.text();
  EXPECT_EQ(connect->external.port, 1884);
}

}  // namespace
}  // namespace fleetsim::sim
