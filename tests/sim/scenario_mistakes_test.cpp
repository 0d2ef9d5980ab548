// The texts of mistakes, letter by letter: they are what a user of a bad file sees.
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "sim/scenario/scenario_reader.hpp"

namespace fleetsim::sim {
namespace {

/// `text` with `platform:` and a group in front of it, so that a test shows only what it is about. Line 1 of the text is line 4.
std::string mistakes_of(const std::string& text) {
  Diagnostics diagnostics;
  const std::string whole =
      "platform: {regions: [cn-shanghai, ap-southeast-1], products: [{key: a1TestPK001}]}\n"
      "groups:\n"
      "  meters: {devices: 10}\n" +
      text;
  EXPECT_FALSE(read_scenario(whole, "s.yaml", {}, diagnostics));
  return diagnostics.text();
}

/// A lone group with these settings. They stand on line 3.
std::string group_mistakes(const std::string& settings, const std::string& more_platform = {}) {
  Diagnostics diagnostics;
  const std::string whole = "platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}]" + more_platform +
                            "}\n"
                            "groups:\n"
                            "  g: {" +
                            settings + "}\n";
  EXPECT_FALSE(read_scenario(whole, "s.yaml", {}, diagnostics)) << settings;
  return diagnostics.text();
}

TEST(ScenarioMistakes, AreAllShownAtOnceWithTheirPlaces) {
  Diagnostics diagnostics;
  const std::string path = std::string{SOURCE_ROOT} + "/tests/sim/data/ten-mistakes.yaml";
  EXPECT_FALSE(load_scenario(path, {}, diagnostics));
  std::string text = diagnostics.text();
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) text.replace(at, path.size(), "ten");
  EXPECT_EQ(text,
            "ten:3:1: error: wrold: unknown key (did you mean \"world\"?)\n"
            "ten:4:15: error: duration_max: expected a duration such as 300ms, 20s, 1m30s or 1h, found \"10\"\n"
            "ten:10:5: error: groups.meters.rate: missing\n"
            "ten:10:14: error: groups.meters.product: no product \"a1TestPK002\" (did you mean \"a1TestPK001\"?)\n"
            "ten:11:14: error: groups.meters.devices: expected a whole number from 1 to 10000000, found \"many\"\n"
            "ten:12:14: error: groups.meters.profile: no profile \"refrence\" (did you mean \"reference\"?)\n"
            "ten:13:16: error: groups.meters.transport: expected sockets or paho, found \"carrier-pigeon\"\n"
            "ten:16:28: error: steps[0].bring_online.groups: no group \"meter\" (did you mean \"meters\"?)\n"
            "ten:17:54: error: steps[1].distribute.targets: no instance \"iotx-oxssharez300\" (did you mean \"iotx-oxssharez200\"?)\n"
            "ten:19:31: error: thresholds.move_seconds{group:valves}: expected \"(\" after p at column 2 of \"p95<2\"\n");
}

TEST(ScenarioMistakes, OfTheRoutesOfANetwork) {
  const auto mistake = [](const std::string& route) { return mistakes_of("network: {latency: 20ms, routes: [{" + route + "}]}\n"); };
  EXPECT_EQ(mistake("groups: meter, latency: 9ms"),
            "s.yaml:4:44: error: network.routes[0].groups: no group \"meter\" (did you mean \"meters\"?)\n");
  EXPECT_EQ(mistake("regions: [cn-shanghay], latency: 9ms"),
            "s.yaml:4:45: error: network.routes[0].regions: no region \"cn-shanghay\" (did you mean \"cn-shanghai\"?)\n");
  EXPECT_EQ(mistake("countries: DE, latency: 9ms"),
            "s.yaml:4:47: error: network.routes[0].countries: no group has addresses of countries: see addresses of a group\n");
  EXPECT_EQ(mistake("groups: meters"),
            "s.yaml:4:35: error: network.routes[0]: expected what is different here: latency, jitter or bandwidth\n");
  EXPECT_EQ(mistake("leg: bootstrap, regions: cn-shanghai, jitter: 1ms"),
            "s.yaml:4:61: error: network.routes[0].regions: a bootstrap link leads to no region: leave one of leg and regions out\n");
  EXPECT_EQ(mistake("latency: {min: 9ms, p50: 8ms}"),
            "s.yaml:4:45: error: network.routes[0].latency: quantiles of a latency do not fall: min, p50, p90, p99, max\n");
  EXPECT_EQ(mistakes_of("network: {routes: {latency: 9ms}}\n"),
            "s.yaml:4:19: error: network.routes: expected a list of at most 200 routes, found a map\n");
}

TEST(ScenarioMistakes, OfStepsThatAskThePlatform) {
  const std::string at = "at: iotx-oxssharez200";
  EXPECT_EQ(mistakes_of("steps: [{expect: {status: AWAKE, " + at + "}}]\n"),
            "s.yaml:4:27: error: steps[0].expect.status: expected ONLINE, OFFLINE, UNACTIVE or DISABLE, found \"AWAKE\"\n");
  EXPECT_EQ(
      mistakes_of("steps: [{command: {device: meters-000000, do: dance}}]\n"),
      "s.yaml:4:47: error: steps[0].command.do: expected power_on, power_off, cut_power, publish or post_property, found \"dance\"\n");
  EXPECT_EQ(mistakes_of("steps: [{command: {device: meters-000000, do: cut_power, topic: a}}]\n"),
            "s.yaml:4:58: error: steps[0].command.topic: only publish has one\n");
  EXPECT_EQ(mistakes_of("steps: [{expect: {tags: none}}]\n"), "s.yaml:4:18: error: steps[0].expect.at: missing: at which instance\n");
  EXPECT_EQ(mistakes_of("steps: [{expect: {stranded: true, " + at + "}}]\n"),
            "s.yaml:4:39: error: steps[0].expect.at: not with stranded: in handover a device is nowhere\n");
  EXPECT_EQ(mistakes_of("steps: [{retry: there}]\n"),
            "s.yaml:4:17: error: steps[0].retry.name: no distribute step before this one has that name\n");
  EXPECT_EQ(mistakes_of("steps: [{upgrade: {version: 2.0.0, at: iotx-x}}]\n").substr(0, 66),
            "s.yaml:4:40: error: steps[0].upgrade.at: no instance \"iotx-x\"; the");
  EXPECT_EQ(mistakes_of("steps: [{set_property: {" + at + ", properties: {on: 'say \"x\"'}}}]\n"),
            "s.yaml:4:65: error: steps[0].set_property.properties: expected a number, a truth value or a text without quotes, "
            "found \"say \"x\"\"\n");
  EXPECT_EQ(mistakes_of("steps: [{report: {groups: [meters]}}]\n"),
            "s.yaml:4:18: error: steps[0].report.properties: nothing to report: give properties, shadow, tags or event\n");
  EXPECT_EQ(
      mistakes_of("steps: [{distribute: {source: iotx-oxssharez200, target: iotx-oxssharez400, target_account: nobody}}]\n").substr(0, 70),
      "s.yaml:4:93: error: steps[0].distribute.target_account: no account \"no");
  EXPECT_EQ(mistakes_of("steps: [{distribute: {source: iotx-oxssharez200, targets: [iotx-oxssharez400], policy: nearest_access, "
                        "content: product_only}}]\n"),
            "s.yaml:4:113: error: steps[0].distribute.content: product_only is for policy region: nearest_access is about devices\n");
}

TEST(ScenarioMistakes, OfGatewaysAndOfDevicesThatRegister) {
  EXPECT_EQ(group_mistakes("devices: 3, behind: nobody").substr(0, 58), "s.yaml:3:27: error: groups.g.behind: no group \"nobody\"; th");
  EXPECT_EQ(group_mistakes("devices: 3, registration: mqtt, tls: {bootstrap: openssl, mqtt: off}"),
            "s.yaml:3:33: error: groups.g.registration: mqtt needs tls on the mqtt leg: a secret comes back\n");
  EXPECT_EQ(group_mistakes("devices: 3, registration: mqtt_nwl, tls: {bootstrap: openssl, mqtt: off}"),
            "s.yaml:3:33: error: groups.g.registration: mqtt_nwl needs tls on the mqtt leg: a token comes back, and is shown there\n");
  EXPECT_EQ(group_mistakes("devices: 3, registration: mqtt-nwl"),
            "s.yaml:3:33: error: groups.g.registration: expected none, http, mqtt or mqtt_nwl, found \"mqtt-nwl\" (did you mean "
            "\"mqtt_nwl\"?)\n");
  EXPECT_EQ(group_mistakes("devices: 3, registration: http, wrong_secret_device: g-000001"),
            "s.yaml:3:60: error: groups.g.wrong_secret_device: not with registration: its devices have no secret burned in\n");
  EXPECT_EQ(group_mistakes("devices: 3, registration: http, profile: legacy"),
            "s.yaml:3:33: error: groups.g.registration: firmware legacy has its secret burned in\n");
}

TEST(ScenarioMistakes, OfSteps) {
  EXPECT_EQ(mistakes_of("steps: [bring_onlin]\n"),
            "s.yaml:4:9: error: steps[0]: unknown step \"bring_onlin\" (did you mean \"bring_online\"?)\n");
  EXPECT_EQ(mistakes_of("steps: [{sleep: 5s, probe: {}}]\n"),
            "s.yaml:4:9: error: steps[0]: expected one step, such as `bring_online` or `sleep: 5s`; found a map of 2 keys\n");
  EXPECT_EQ(mistakes_of("steps: [{sleep: 5}]\n"),
            "s.yaml:4:17: error: steps[0].sleep.duration: expected a duration such as 300ms, 20s, 1m30s or 1h, found \"5\"\n");
  EXPECT_EQ(mistakes_of("steps: [wait_until]\n"), "s.yaml:4:9: error: steps[0].wait_until.what: missing\n");
  EXPECT_EQ(mistakes_of("steps: [{distribute: {source: iotx-oxssharez200, target: iotx-oxssharez200}}]\n"),
            "s.yaml:4:58: error: steps[0].distribute.target: source and target are the same instance, \"iotx-oxssharez200\"\n");
  EXPECT_EQ(mistakes_of("steps: [{distribute: {source: iotx-oxssharez200, target: iotx-oxssharez400, batch: 2000}}]\n"),
            "s.yaml:4:84: error: steps[0].distribute.batch: the platform takes 1000 devices a job at most, unless limits: unlimited\n");
  EXPECT_EQ(mistakes_of("steps: []\n"), "s.yaml:4:8: error: steps: expected a list of 1 to 1000 steps, found a list\n");
}

TEST(ScenarioMistakes, OfMisbehaviour) {
  const auto of_step = [](const std::string& settings) { return mistakes_of("steps: [{misbehave: {" + settings + "}}]\n"); };
  EXPECT_EQ(of_step("name: a"), "s.yaml:4:21: error: steps[0].misbehave.kind: missing\n");
  EXPECT_EQ(of_step("kind: mqtt_kik"), "s.yaml:4:28: error: steps[0].misbehave.kind: no kind \"mqtt_kik\" (did you mean \"mqtt_kick\"?)\n");
  EXPECT_EQ(of_step("kind: mqtt_kick, afte: 2s"), "s.yaml:4:39: error: steps[0].misbehave.afte: unknown key (did you mean \"after\"?)\n");
  EXPECT_EQ(of_step("kind: bootstrap_status, status: 200"),
            "s.yaml:4:54: error: steps[0].misbehave.status: expected a whole number from 400 to 599, found \"200\"\n");
  EXPECT_EQ(of_step("kind: bootstrap_cut, within: middle"),
            "s.yaml:4:51: error: steps[0].misbehave.within: expected body or headers, found \"middle\"\n");
  EXPECT_EQ(of_step("kind: mqtt_kick, calls: {first: 1, every: 2}"),
            "s.yaml:4:46: error: steps[0].misbehave.calls: expected first, or every, or from and to\n");
  EXPECT_EQ(of_step("kind: mqtt_kick, share: 0%"), "s.yaml:4:46: error: steps[0].misbehave.share: share must be above 0 and at most 1\n");
  EXPECT_EQ(of_step("kind: mqtt_kick, endpoint: iotx-oxssharez300"),
            "s.yaml:4:49: error: steps[0].misbehave.endpoint: no instance \"iotx-oxssharez300\" (did you mean \"iotx-oxssharez200\"?)\n");
  EXPECT_EQ(mistakes_of("steps: [{heal: slow}]\n"),
            "s.yaml:4:16: error: steps[0].heal.names: no rule and no fault \"slow\" before this step\n");
}

TEST(ScenarioMistakes, OfThresholds) {
  EXPECT_EQ(mistakes_of("thresholds: {\"move_seconds{group:metres}\": p(95)<2}\n"),
            "s.yaml:4:14: error: thresholds: no group \"metres\" (did you mean \"meters\"?)\n");
  EXPECT_EQ(mistakes_of("thresholds: {\"connects{leg:http}\": count>0}\n"),
            "s.yaml:4:14: error: thresholds: no leg \"http\"; there are bootstrap or mqtt\n");
  EXPECT_EQ(mistakes_of("thresholds: {\"connects{}\": count>0}\n"),
            "s.yaml:4:28: error: thresholds.connects{}: expected tag:value between { and }\n");
  EXPECT_EQ(mistakes_of("thresholds: {connects: [{expression: count>0}]}\n"),
            "s.yaml:4:25: error: thresholds.connects.threshold: missing\n"
            "s.yaml:4:26: error: thresholds.connects.expression: unknown key; known are threshold, abortOnFail or delayAbortEval\n");
}

TEST(ScenarioMistakes, OfExecutors) {
  EXPECT_EQ(group_mistakes("devices: 5, stages: []"), "s.yaml:3:19: error: groups.g.stages: the executor constant-fleet takes no stages\n");
  EXPECT_EQ(group_mistakes("devices: 5, executor: ramping-fleet, stages: [{duration: 1s, target: 6}]"),
            "s.yaml:3:76: error: groups.g.stages[0].target: expected a number from 0 to 5, found \"6\"\n");
  EXPECT_EQ(group_mistakes("devices: 5, executor: constant-vus, rate: 5"),
            "s.yaml:3:29: error: groups.g.executor: expected constant-fleet, ramping-fleet, constant-arrival-rate, ramping-arrival-rate or "
            "listed, found "
            "\"constant-vus\"\n");
}

TEST(ScenarioMistakes, OfListedArrivals) {
  EXPECT_EQ(group_mistakes("devices: 3, executor: listed"), "s.yaml:3:6: error: groups.g.at: missing\n");
  EXPECT_EQ(group_mistakes("devices: 3, executor: listed, at: []"),
            "s.yaml:3:41: error: groups.g.at: expected a list of 1 to 100000 times, found a list\n");
  EXPECT_EQ(group_mistakes("devices: 3, executor: listed, at: [1s, 2s]"),
            "s.yaml:3:41: error: groups.g.at: expected 3 times, one for each device, found 2\n");
  EXPECT_EQ(group_mistakes("devices: 3, executor: listed, at: [1s, 3s, 2s]"),
            "s.yaml:3:50: error: groups.g.at[2]: 2s is before the one ahead of it, 3s\n");
  EXPECT_EQ(group_mistakes("devices: 2, executor: listed, at: [1s, soon]"),
            "s.yaml:3:46: error: groups.g.at[1]: expected a time such as 1.5s, at most 1000h, found \"soon\"\n");
  EXPECT_EQ(group_mistakes("devices: 1, executor: listed, at: [1s], rate: 5"),
            "s.yaml:3:47: error: groups.g.rate: the executor listed takes no rate\n");
  EXPECT_EQ(group_mistakes("devices: 1, at: [1s]"), "s.yaml:3:19: error: groups.g.at: the executor constant-fleet takes no at\n");
}

TEST(ScenarioMistakes, OfAddresses) {
  EXPECT_EQ(group_mistakes("devices: 5, addresses: {ranges: [203.0.113.0/24]}"),
            "s.yaml:3:39: error: groups.g.addresses.ranges: 203.0.113.0/24 is outside 127.0.0.0/8: only `proxy: true` can show it\n");
  EXPECT_EQ(group_mistakes("devices: 5, addresses: {countries: [XX], proxy: true}", ", bootstrap: {proxy_protocol: optional}"),
            "s.yaml:3:42: error: groups.g.addresses.countries: no country \"XX\"; expected a code such as DE\n"
            "s.yaml:3:42: error: groups.g.addresses.countries: the platform has no geo.database and no geo.blocks to take addresses from\n"
            "s.yaml:3:55: error: groups.g.addresses.proxy: instance iotx-oxssharez200 has proxy_protocol: off\n");
}

TEST(ScenarioMistakes, OfRangesThatAreNoIpV4) {
  for (const std::string range : {"2001:db8::/32", "::/0", "203.0.113.0/33"})
    EXPECT_EQ(
        group_mistakes("devices: 5, addresses: {ranges: [\"" + range + "\"], proxy: true}", ", bootstrap: {proxy_protocol: optional}"),
        "s.yaml:3:39: error: groups.g.addresses.ranges: expected an IPv4 block such as 203.0.113.0/24, found \"" + range + "\"\ns.yaml:3:" +
            std::to_string(52 + range.size()) + ": error: groups.g.addresses.proxy: instance iotx-oxssharez200 has proxy_protocol: off\n");
}

TEST(ScenarioMistakes, OfTransportAndCredentials) {
  EXPECT_EQ(group_mistakes("devices: 5, transport: paho, addresses: {ranges: [127.1.0.0/16]}"),
            "s.yaml:3:47: error: groups.g.addresses: not with transport: paho, which has no choice of address\n");
  EXPECT_EQ(group_mistakes("devices: 5, auth: plain, username: u"),
            "s.yaml:3:25: error: groups.g.auth: the platform of world sockets checks device_secret only\n");
  EXPECT_EQ(group_mistakes("devices: 5, tls: off", ", bootstrap: {plain: false}"),
            "s.yaml:3:24: error: groups.g.tls: the platform's bootstrap endpoint has plain: false\n");
}

TEST(ScenarioMistakes, OfDevices) {
  EXPECT_EQ(group_mistakes("devices: {from: none.csv}"), "s.yaml:3:23: error: cannot read none.csv: No such file or directory\n");
  EXPECT_EQ(group_mistakes("devices: {count: 5, prefix: \"a b\"}"),
            "s.yaml:3:35: error: groups.g.devices.prefix: \"a b\" is no prefix of device names: 1 to 20 letters, digits or - _ . @ :\n");
  EXPECT_EQ(mistakes_of("  valves: {devices: {count: 1, prefix: meters-, first_index: 9}}\n"),
            "s.yaml:4:21: error: groups.valves.devices: the same devices as in group meters: give them another prefix or first_index\n");
}

TEST(ScenarioMistakes, OfADeviceThatTwoGroupsWouldRun) {
  const std::string path = ::testing::TempDir() + "scenario_mistakes_twice.csv";
  std::ofstream(path) << "productKey,deviceName,deviceSecret\na1TestPK001,meters-000009,secretA\na1TestPK001,dev-b,secretB\n";
  const std::string file = "devices: {from: \"" + path + "\"}";
  EXPECT_NE(mistakes_of("  valves: {" + file + "}\n")
                .find("s.yaml:4:28: error: groups.valves.devices.from: a1TestPK001/meters-000009 is a "
                      "device of group meters already"),
            std::string::npos)
      << mistakes_of("  valves: {" + file + "}\n");
  EXPECT_NE(group_mistakes(file + "}\n  h: {" + file)
                .find("s.yaml:4:23: error: groups.h.devices.from: a1TestPK001/meters-000009 is a device of group g already"),
            std::string::npos);
  EXPECT_NE(group_mistakes(file + "}\n  meters: {devices: 10")
                .find("s.yaml:4:21: error: groups.meters.devices: a1TestPK001/meters-000009 is a device of group g already"),
            std::string::npos);
  std::remove(path.c_str());
}

TEST(ScenarioMistakes, OfPrefixesThatMakeOneNameOfTwoIndexes) {
  EXPECT_EQ(group_mistakes("devices: {count: 5, prefix: m1}}\n  h: {devices: {count: 3, prefix: m, first_index: 1000003}"),
            "s.yaml:4:16: error: groups.h.devices: the same devices as in group g: give them another prefix or first_index\n");
}

TEST(ScenarioMistakes, OfATlsLegThatTheExternalEndpointDoesNotSpeak) {
  Diagnostics diagnostics;
  EXPECT_FALSE(
      read_scenario("world: external\nexternal: {host: h, tls: true}\ngroups: {g: {devices: 1, tls: off}}\n", "s.yaml", {}, diagnostics));
  EXPECT_EQ(diagnostics.text(), "s.yaml:3:31: error: groups.g.tls: off for mqtt, but external.tls says that the endpoint speaks TLS\n");
}

TEST(ScenarioMistakes, OfATagAreToldOnceThoughSeveralExpressionsStandUnderIt) {
  EXPECT_EQ(mistakes_of("thresholds: {\"connects{group:valves}\": [\"count>1\", \"count<9\"]}\n"),
            "s.yaml:4:14: error: thresholds: no group \"valves\"; there is meters\n");
}

TEST(ScenarioMistakes, OfAPasswordThatIsTooLongDoNotShowIt) {
  const std::string text = group_mistakes("devices: 5, password: TOPSECRET" + std::string(256, 'x'));
  EXPECT_NE(text.find("groups.g.password: expected a text of 0 to 256 bytes; a secret is not shown"), std::string::npos) << text;
  EXPECT_EQ(text.find("TOPSECRET"), std::string::npos) << text;
}

TEST(ScenarioMistakes, OfALoadWithoutAnswersToWaitFor) {
  EXPECT_EQ(group_mistakes("devices: 5, load: {topic: t, qos: 0}"),
            "s.yaml:3:41: error: groups.g.load.qos: 0 needs a rate: there is no answer to wait for\n");
  EXPECT_EQ(group_mistakes("devices: 5, load: {qos: 0, rate: 1}"),
            "s.yaml:3:31: error: groups.g.load.qos: only with a topic: a property post is acknowledged by its reply\n");
}

TEST(ScenarioMistakes, OfALoadThatNoDeviceCanCarry) {
  EXPECT_EQ(group_mistakes("devices: 5, load: {topic: t, payload: 20000}"),
            "s.yaml:3:45: error: groups.g.load.payload: expected a size from 0 to 16000 bytes, such as 128 or 4KiB, found \"20000\"\n");
  EXPECT_EQ(group_mistakes("devices: 5, load: {topic: t, rate: 200000}"),
            "s.yaml:3:42: error: groups.g.load.rate: expected a number from 0 to 100000, found \"200000\"\n");
  EXPECT_EQ(group_mistakes("devices: 5, load: {payload: 8KiB}"),
            "s.yaml:3:35: error: groups.g.load.payload: expected a size from 0 to 7000 bytes, such as 128 or 4KiB, found \"8KiB\"\n");
}

TEST(ScenarioMistakes, OfANamedDeviceThatTheGroupDoesNotHave) {
  EXPECT_EQ(group_mistakes("devices: {count: 5, first_index: 7}, wrong_secret_device: g-000012"),
            "s.yaml:3:65: error: groups.g.wrong_secret_device: the group has no device \"g-000012\"; it has g-000007 to g-000011\n");
  EXPECT_EQ(group_mistakes("devices: {count: 5, first_index: 7}, wrong_secret_device: g-000006"),
            "s.yaml:3:65: error: groups.g.wrong_secret_device: the group has no device \"g-000006\"; it has g-000007 to g-000011\n");
  EXPECT_EQ(group_mistakes("devices: 5, wrong_secret_device: a1TestPK002/g-000001"),
            "s.yaml:3:40: error: groups.g.wrong_secret_device: the group has no device \"a1TestPK002/g-000001\"; it has g-000000 to "
            "g-000004\n");
}

TEST(ScenarioMistakes, OfANamedDeviceThatTheFileDoesNotHaveOrThatIsNotTaken) {
  const std::string path = ::testing::TempDir() + "scenario_mistakes_devices.csv";
  std::ofstream(path) << "productKey,deviceName,deviceSecret\na1TestPK001,dev-a,secretA\na1TestPK001,dev-b,secretB\n";
  const std::string group = "devices: {count: 1, from: \"" + path + "\"}, wrong_secret_device: ";
  const std::string text = group_mistakes(group + "dev-b");
  EXPECT_NE(text.find("the group has no device \"dev-b\"; it takes the first 1 of " + path), std::string::npos) << text;
  EXPECT_EQ(text.find("secretB"), std::string::npos);
  Diagnostics diagnostics;
  EXPECT_TRUE(
      read_scenario("platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}]}\ngroups:\n  g: {" + group + "a1TestPK001/dev-a}\n",
                    "s.yaml", {}, diagnostics))
      << diagnostics.text();
  std::remove(path.c_str());
}

std::string whole_file_mistakes(const std::string& text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(read_scenario(text, "s.yaml", {}, diagnostics));
  return diagnostics.text();
}

TEST(ScenarioMistakes, OfWorlds) {
  EXPECT_EQ(whole_file_mistakes("groups: {g: {devices: 1}}\n"),
            "s.yaml:1:1: error: platform: missing: world sockets needs a platform, or the name of a platform file\n");
  EXPECT_EQ(whole_file_mistakes("world: external\ngroups: {g: {devices: 1}}\n"),
            "s.yaml:1:1: error: external: missing: world external needs the endpoint to use\n");
  EXPECT_EQ(whole_file_mistakes("world: external\nexternal: {host: h}\nplatform: x\ngroups: {g: {devices: 1}}\nsteps: [probe]\n"),
            "s.yaml:3:11: error: platform: world external brings its own platform; describe it in `external`\n"
            "s.yaml:5:9: error: steps[0].probe.sample: probe connects to every instance: say in external.instances where they are\n");
  EXPECT_EQ(whole_file_mistakes("world: external\nexternal: {host: h}\ngroups: {g: {devices: 1}}\nsteps: [{misbehave: mqtt_kick}, heal]\n"),
            "s.yaml:4:21: error: steps[0].misbehave.kind: this step goes through the platform's console: describe its endpoint in "
            "external.management\n"
            "s.yaml:4:33: error: steps[1].heal.names: this step goes through the platform's console: describe its endpoint in "
            "external.management\n");
  EXPECT_EQ(whole_file_mistakes("world: external\nexternal: {host: h}\ngroups: {g: {devices: 1, registration: http}}\n"),
            "s.yaml:3:40: error: groups.g.registration: needs the product's secret, which the platform tells: external.management\n"
            "s.yaml:3:40: error: groups.g.registration: http asks where the devices bootstrap: external.bootstrap\n");
  EXPECT_EQ(whole_file_mistakes(
                "world: external\nexternal:\n  host: h\n  management: {host: h, access_key_id: k, access_key_secret: s, target_uid: u,\n"
                "    throttled_pause: 5s}\n  instances: [{id: a, host: h}, {id: a, host: h}, {host: h}]\n"
                "groups: {g: {devices: 1}}\nsteps: [bring_online]\n"),
            "s.yaml:5:22: error: external.management.throttled_pause: more than throttled_pause_max\n"
            "s.yaml:6:38: error: external.instances[1].id: \"a\" stands here a second time\n"
            "s.yaml:6:51: error: external.instances[2].id: missing\n");
  EXPECT_EQ(whole_file_mistakes("platform: none.yaml\ngroups: {g: {devices: 1, product: a1}}\n"),
            "s.yaml:1:11: error: cannot read none.yaml: No such file or directory\n");
  EXPECT_EQ(whole_file_mistakes("[]\n"), "s.yaml:1:1: error: expected a scenario, which is a map of names and values, found a list\n");
}

}  // namespace
}  // namespace fleetsim::sim
