#include <gtest/gtest.h>
#include <string>

#include "sim/config/platform_reader.hpp"
#include "sim/config/yaml_document.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

struct Read {
  platform::PlatformConfig config;
  std::string mistakes;
};

Read read_platform(const std::string& yaml) {
  Diagnostics diagnostics;
  Read out;
  const auto root = parse_yaml(yaml, diagnostics.add_file("p.yaml"), diagnostics);
  if (root) out.config = read_platform(*root, {.path = {}, .folder = "conf"}, diagnostics);
  out.mistakes = diagnostics.text();
  return out;
}

TEST(PlatformReader, AProductIsOneOfGatewaysWhenItSaysSo) {
  const auto products =
      read_platform("regions: [cn-shanghai]\nproducts: [{key: a1, node_type: gateway, dynamic_registration: true}, {key: a2}]\n")
          .config.products;
  EXPECT_EQ(products[0].node_type, platform::NodeType::gateway);
  EXPECT_EQ(products[1].node_type, platform::NodeType::device);
  EXPECT_EQ(products[0].dynamic_registration, platform::DynamicRegistration::on);
  EXPECT_EQ(products[1].dynamic_registration, platform::DynamicRegistration::off);
  EXPECT_EQ(read_platform("regions: [cn-shanghai]\nproducts: [{key: a1, node_type: hub}]\n").mistakes,
            "p.yaml:2:33: error: products[0].node_type: expected device or gateway, found \"hub\"\n");
}

TEST(PlatformReader, NeedsNoMoreThanRegions) {
  const Read platform = read_platform("regions: [cn-shanghai, eu-central-1, me-east-1]\n");
  EXPECT_EQ(platform.mistakes, "");
  ASSERT_EQ(platform.config.instances.size(), 3U);
  EXPECT_EQ(platform.config.instances[0].id.view(), "iotx-oxssharez200");
  EXPECT_EQ(platform.config.instances[1].id.view(), "iotx-oxssharez700");
  EXPECT_EQ(platform.config.instances[2].id.view(), "iotx-oxss-me-east-1");
  EXPECT_EQ(platform.config.instances[0].mqtt.address, "127.0.2.1");
  EXPECT_EQ(platform.config.instances[2].mqtt.address, "127.0.4.1");
  EXPECT_EQ(platform.config.instances[2].mqtt.port, 18830);
  EXPECT_EQ(platform.config.bootstrap.port, 18443);
  EXPECT_NEAR(platform.config.regions[1].location.longitude_deg, 8.7, 0.5);
  ASSERT_EQ(platform.config.accounts.size(), 1U);
}

TEST(PlatformReader, ReadsMisbehaviourFromTheStart) {
  const Read platform = read_platform(R"(
regions: [cn-shanghai]
limits: {misbehaviour_rules: 7, misbehaviour_held_bytes: 1KiB}
misbehaviour:
  - {name: busy, kind: bootstrap_status, status: 429, share: 20%, calls: {every: 2}}
  - {kind: mqtt_late, packet: pingresp, delay: 1500ms, endpoint: iotx-oxssharez200}
)");
  ASSERT_EQ(platform.mistakes, "");
  EXPECT_EQ(platform.config.limits.misbehaviour_rules, 7U);
  EXPECT_EQ(platform.config.limits.misbehaviour_held_bytes, 1024U);
  const std::vector<platform::MisbehaviourRule> wanted{{.name = "busy",
                                                        .kind = "bootstrap_status",
                                                        .arguments = {{"status", std::int64_t{429}}},
                                                        .share = 0.2,
                                                        .calls = platform::misbehaviour::Calls{.every = 2}},
                                                       {.kind = "mqtt_late",
                                                        .arguments = {{"packet", std::string{"pingresp"}}, {"delay", Duration{1500ms}}},
                                                        .endpoint = "iotx-oxssharez200"}};
  EXPECT_EQ(platform.config.misbehaviour, wanted);
  EXPECT_EQ(read_platform("regions: [cn-shanghai]\nmisbehaviour: {kind: mqtt_kick}\n").mistakes,
            "p.yaml:2:15: error: misbehaviour: expected a list of rules, found a map\n");
  EXPECT_EQ(read_platform("regions: [cn-shanghai]\nmisbehaviour: [{kind: mqtt_kick, endpoint: nowhere}]\n").mistakes,
            "p.yaml:1:1: error: misbehaviour[0].endpoint: there is no instance \"nowhere\"\n");
}

TEST(PlatformReader, ServesNoManagementEndpointUnlessItIsAskedFor) {
  EXPECT_FALSE(read_platform("regions: [cn-shanghai]\n").config.management.has_value());
  const Read platform = read_platform(R"(
regions: [cn-shanghai, {id: moon, latitude: 1.5, longitude: -2}]
management: {address: 127.0.0.8, tls: false}
api: {region: moon, clock_skew: 1m, nonces: 5000, foreign_target: allow, file_url_lifetime: 2m, qps_undocumented: 3, qps: {QueryDevice: 7}}
limits: {http_headers: 9, management_body_bytes: 8KiB, management_requests_per_connection: 2}
)");
  ASSERT_EQ(platform.mistakes, "");
  const platform::PlatformConfig& config = platform.config;
  ASSERT_TRUE(config.management.has_value());
  EXPECT_EQ(config.management->address, "127.0.0.8");
  EXPECT_EQ(config.management->port, 18080) << "unless it says otherwise";
  EXPECT_EQ(config.api.region.view(), "moon");
  EXPECT_EQ(config.api.clock_skew, 60s);
  EXPECT_EQ(config.api.nonces, 5000U);
  EXPECT_EQ(config.api.foreign_target, platform::ForeignTarget::allow);
  EXPECT_EQ(config.api.file_url_lifetime, 120s);
  EXPECT_EQ(config.api.qps_undocumented, 3U);
  ASSERT_EQ(config.api.qps.size(), 1U);
  EXPECT_EQ(config.api.qps[0].first, "QueryDevice");
  EXPECT_EQ(config.api.qps[0].second, 7U);
  EXPECT_EQ(config.limits.http_headers, 9U);
  EXPECT_EQ(config.limits.management_body_bytes, 8192U);
  EXPECT_EQ(config.limits.management_requests_per_connection, 2U);
}

TEST(PlatformReader, TellsWhatIsWrongWithTheManagementEndpoint) {
  EXPECT_NE(read_platform("regions: [cn-shanghai]\napi: {region: moon}\n").mistakes.find("no region \"moon\""), std::string::npos);
  EXPECT_NE(read_platform("regions: [cn-shanghai]\napi: {qps: {QueryDevice: 0}}\n").mistakes.find("api.qps.QueryDevice"),
            std::string::npos);
  EXPECT_NE(read_platform("regions: [cn-shanghai]\nmanagement: {port: 18443}\n").mistakes.find("the bootstrap endpoint"),
            std::string::npos);
}

TEST(PlatformReader, ReadsEverySetting) {
  const Read platform = read_platform(R"(
schema_version: 1
accounts: [{id: "100", name: first}, "200"]
regions: [cn-shanghai, {id: moon, name: Moon, latitude: 1.5, longitude: -2}]
bootstrap: {address: 127.0.0.9, port: 0, proxy_protocol: required, proxy_trusted: [127.0.0.0/8, 10.0.0.0/8], plain: false, tls: true}
instances:
  - {id: iotx-a, name: A, region: cn-shanghai, mqtt: {address: 127.0.9.1, port: 20000, tls: false, proxy_protocol: optional}}
  - {id: iot-b, region: moon, owner: "200"}
products:
  - {key: a1, name: n, secret: s, owner: "200", instance: iot-b, devices: [{name: dev1, secret: x}]}
names: realistic
tls: {rsa: true, ecdsa: false, ca_file: ca.pem}
geo: {database: geo.mmdb, blocks: {203.0.113.0/24: DE}, countries: {ZZ: {latitude: 1, longitude: 2}}, fallback: moon}
limits: {mode: unlimited, devices_per_job: 50, payload_bytes: 1KiB, http_request_timeout: 3s, keep_alive_s_min: 10}
connack: {wrong_signature: 5, distributed_away: 3}
source_login: refuse
source_grace: 1s
nearest_commit: nearest
notify_qos: 0
publish_qos2: downgrade
subscribe_qos2: refuse
will_honoured: true
retain_honoured: true
topic_violation: disconnect
plain_securemode_allowed: false
bootstrap_error_code: 7
planted_bugs: {source_accepts_after_commit: true}
)");
  ASSERT_EQ(platform.mistakes, "");
  const platform::PlatformConfig& config = platform.config;
  EXPECT_EQ(config.accounts[1].id.view(), "200");
  EXPECT_EQ(config.regions[1].location.latitude_deg, 1.5);
  EXPECT_EQ(config.bootstrap.port, 0);
  EXPECT_EQ(config.bootstrap.proxy_trusted.size(), 2U);
  EXPECT_FALSE(config.bootstrap.plain);
  EXPECT_EQ(config.instances[0].mqtt.port, 20000);
  EXPECT_EQ(config.instances[0].mqtt.proxy_protocol, platform::ProxyProtocol::optional);
  EXPECT_EQ(config.instances[1].kind, platform::InstanceKind::enterprise) << "an id that begins with iot- is an enterprise instance";
  EXPECT_EQ(config.instances[1].owner.view(), "200");
  EXPECT_EQ(config.products[0].devices[0].secret, "x");
  EXPECT_EQ(config.names, platform::AdvertisedNames::realistic);
  EXPECT_EQ(config.tls.ca_file, "conf/ca.pem") << "relative to the file";
  EXPECT_EQ(config.geo.database, "conf/geo.mmdb");
  EXPECT_EQ(config.geo.blocks[0].country, "DE");
  EXPECT_EQ(config.geo.fallback.view(), "moon");
  EXPECT_EQ(config.limits.mode, platform::LimitsMode::unlimited);
  EXPECT_EQ(config.limits.payload_bytes, 1024U);
  EXPECT_EQ(config.limits.http_request_timeout, Duration{3s});
  EXPECT_EQ(config.connack.wrong_signature, 5);
  EXPECT_EQ(config.source_login, platform::SourceLogin::refuse);
  EXPECT_EQ(config.source_grace, Duration{1s});
  EXPECT_EQ(config.nearest_commit, platform::NearestCommit::nearest);
  EXPECT_EQ(config.notify_qos, 0);
  EXPECT_EQ(config.publish_qos2, platform::PublishQos2::downgrade);
  EXPECT_EQ(config.subscribe_qos2, platform::SubscribeQos2::refuse);
  EXPECT_TRUE(config.will_honoured && config.retain_honoured);
  EXPECT_EQ(config.topic_violation, platform::TopicViolation::disconnect);
  EXPECT_FALSE(config.plain_securemode_allowed);
  EXPECT_EQ(config.bootstrap_error_code, 7);
  EXPECT_TRUE(config.planted_bugs.source_accepts_after_commit);
  EXPECT_FALSE(config.planted_bugs.nearest_takes_first);
}

TEST(PlatformReader, ReadsTheSettingsOfJobsAndAccounts) {
  const Read platform = read_platform(R"(
accounts: [{id: "100", name: first, access_keys: [{id: LTAI-one, secret: x}, {id: LTAI-two, secret: y}]}]
regions: [cn-shanghai]
limits: {devices_per_batch: 20, job_batch_interval: 2s, job_stuck_after: 3s, verification_code_lifetime: 4s, verification_code_tries: 2,
  verification_codes_per_minute: 6, inbox_messages: 7, device_list_bytes: 2KiB, offline_queue_bytes_per_device: 3KiB,
  uplink_per_second_per_account: 11, downlink_per_second_per_account: 12, uplink_bytes_per_second_per_connection: 13KiB,
  sub_device_logins_per_second_per_gateway: 14, online_sub_devices_per_gateway: 15, sub_devices_per_request: 16,
  sub_devices_per_login_batch: 17, properties_per_post: 18, message_retention: 19s}
)");
  ASSERT_EQ(platform.mistakes, "");
  const platform::PlatformConfig& config = platform.config;
  ASSERT_EQ(config.accounts[0].access_keys.size(), 2U);
  EXPECT_EQ(config.accounts[0].access_keys[1].id, "LTAI-two");
  EXPECT_EQ(config.accounts[0].access_keys[1].secret, "y");
  EXPECT_EQ(config.limits.devices_per_batch, 20U);
  EXPECT_EQ(config.limits.job_batch_interval, Duration{2s});
  EXPECT_EQ(config.limits.job_stuck_after, Duration{3s});
  EXPECT_EQ(config.limits.verification_code_lifetime, Duration{4s});
  EXPECT_EQ(config.limits.verification_code_tries, 2U);
  EXPECT_EQ(config.limits.verification_codes_per_minute, 6U);
  EXPECT_EQ(config.limits.offline_queue_bytes_per_device, 3072U);
  EXPECT_EQ(config.limits.uplink_per_second_per_account, 11U);
  EXPECT_EQ(config.limits.downlink_per_second_per_account, 12U);
  EXPECT_EQ(config.limits.uplink_bytes_per_second_per_connection, 13U * 1024);
  EXPECT_EQ(config.limits.sub_device_logins_per_second_per_gateway, 14U);
  EXPECT_EQ(config.limits.online_sub_devices_per_gateway, 15U);
  EXPECT_EQ(config.limits.sub_devices_per_request, 16U);
  EXPECT_EQ(config.limits.sub_devices_per_login_batch, 17U);
  EXPECT_EQ(config.limits.properties_per_post, 18U);
  EXPECT_EQ(config.limits.message_retention, Duration{19s});
  EXPECT_EQ(config.limits.inbox_messages, 7U);
  EXPECT_EQ(config.limits.device_list_bytes, 2048U);
}

struct LimitRow {
  const char* key;
  std::uint32_t platform::Limits::*figure;
  std::uint32_t good;
  const char* bad;
};

TEST(PlatformReader, ReadsEachLimitOfWhatIsKeptAndKnowsItsRange) {
  using platform::Limits;
  constexpr LimitRow rows[] = {
      {"properties_per_device", &Limits::properties_per_device, 17, "0"},
      {"desired_properties_per_device", &Limits::desired_properties_per_device, 17, "0"},
      {"records_per_device", &Limits::records_per_device, 17, "0"},
      {"shadow_attributes", &Limits::shadow_attributes, 17, "0"},
      {"shadow_depth", &Limits::shadow_depth, 17, "0"},
      {"files_per_device", &Limits::files_per_device, 17, "0"},
      {"firmware_modules_per_device", &Limits::firmware_modules_per_device, 17, "0"},
      {"tags_per_device", &Limits::tags_per_device, 17, "0"},
      {"groups_per_device", &Limits::groups_per_device, 17, "0"},
      {"device_groups_per_place", &Limits::device_groups_per_place, 17, "0"},
      {"groups_per_group", &Limits::groups_per_group, 17, "0"},
      {"device_group_levels", &Limits::device_group_levels, 17, "0"},
      {"topic_categories_per_product", &Limits::topic_categories_per_product, 17, "0"},
      {"sub_devices_per_gateway", &Limits::sub_devices_per_gateway, 17, "0"},
      {"devices_per_group", &Limits::devices_per_group, 17, "0"},
      {"devices_per_upgrade", &Limits::devices_per_upgrade, 17, "0"},
      {"devices_per_verify", &Limits::devices_per_verify, 17, "0"},
      {"devices_per_registration", &Limits::devices_per_registration, 17, "0"},
      {"subscriptions_per_device_hard", &Limits::subscriptions_per_device_hard, 17, "0"},
      {"retained_messages_per_device", &Limits::retained_messages_per_device, 17, "-1"},
      {"received_qos2_per_device", &Limits::received_qos2_per_device, 17, "0"},
      {"open_calls", &Limits::open_calls, 17, "-1"},
      {"registration_tokens", &Limits::registration_tokens, 17, "-1"},
      {"firmwares", &Limits::firmwares, 17, "-1"},
      {"firmware_grants", &Limits::firmware_grants, 17, "-1"},
      {"upgrade_jobs", &Limits::upgrade_jobs, 17, "-1"},
      {"upload_permits", &Limits::upload_permits, 17, "-1"},
      {"job_faults", &Limits::job_faults, 17, "-1"},
      {"api_applications", &Limits::api_applications, 17, "0"},
      {"log_lines_per_second", &Limits::log_lines_per_second, 17, "0"},
      {"output_bytes_per_connection", &Limits::output_bytes_per_connection, 65536, "65535"},
      {"discarded_bytes_per_connection", &Limits::discarded_bytes_per_connection, 17, "-1"},
      {"http_answer_bytes_per_turn", &Limits::http_answer_bytes_per_turn, 17, "0"},
      {"api_parameters", &Limits::api_parameters, 101, "99"},
      {"property_bytes_per_device", &Limits::property_bytes_per_device, 17, "0"},
      {"desired_property_bytes", &Limits::desired_property_bytes, 17, "0"},
      {"record_bytes_per_device", &Limits::record_bytes_per_device, 17, "0"},
      {"shadow_bytes", &Limits::shadow_bytes, 17, "15"},
      {"device_file_bytes", &Limits::device_file_bytes, 17, "0"},
      {"connect_packet_bytes", &Limits::connect_packet_bytes, 257, "255"},
      {"model_bytes", &Limits::model_bytes, 17, "1"},
      {"firmware_bytes", &Limits::firmware_bytes, 17, "0"},
  };
  const auto read = [](const std::string& key, const std::string& value) {
    return read_platform("regions: [cn-shanghai]\nlimits: {" + key + ": " + value + "}\n");
  };
  for (const LimitRow& row : rows) {
    const Read good = read(row.key, std::to_string(row.good));
    EXPECT_EQ(good.mistakes, "") << row.key;
    EXPECT_EQ(good.config.limits.*row.figure, row.good) << row.key;
    for (const std::string& value : {std::string(row.bad), std::string("99999999999")})
      EXPECT_NE(read(row.key, value).mistakes.find(std::string("limits.") + row.key + ": expected "), std::string::npos)
          << row.key << ": " << value << "\n"
          << read(row.key, value).mistakes;
  }
}

TEST(PlatformReader, ReadsHowLongACallToADeviceMayTake) {
  const Read good = read_platform("regions: [cn-shanghai]\nlimits: {rrpc_timeout: 3s, call_timeout_max: 4s}\n");
  EXPECT_EQ(good.mistakes, "");
  EXPECT_EQ(good.config.limits.rrpc_timeout, Duration{3s});
  EXPECT_EQ(good.config.limits.call_timeout_max, Duration{4s});
  EXPECT_EQ(read_platform("regions: [cn-shanghai]\nlimits: {call_timeout_max: 4s}\n").mistakes,
            "p.yaml:2:9: error: limits.rrpc_timeout: is longer than call_timeout_max\n");
}

TEST(PlatformReader, ReadsWhatNoDocumentTells) {
  const Read read = read_platform(
      "regions: [cn-shanghai]\nfilter_violation: ignore\nsubscribe_delay: 10s\nauto_subscriptions: published\nnotify_at_login: false\n"
      "record_format: json\nbootstrap_error_status: 404\n");
  ASSERT_EQ(read.mistakes, "");
  EXPECT_EQ(read.config.filter_violation, platform::FilterViolation::ignore);
  EXPECT_EQ(read.config.subscribe_delay, Duration{10s});
  EXPECT_EQ(read.config.auto_subscriptions, platform::AutoSubscriptions::published);
  EXPECT_FALSE(read.config.notify_at_login);
  EXPECT_EQ(read.config.record_format, platform::RecordFormat::json);
  EXPECT_EQ(read.config.bootstrap_error_status, 404);
  for (const std::string bad : {"filter_violation: drop", "subscribe_delay: 2h", "auto_subscriptions: none", "notify_at_login: 1",
                                "record_format: xml", "bootstrap_error_status: 302", "bootstrap_error_status: 600"})
    EXPECT_NE(
        read_platform("regions: [cn-shanghai]\n" + bad + "\n").mistakes.find("error: " + bad.substr(0, bad.find(':')) + ": expected "),
        std::string::npos)
        << bad;
}

TEST(PlatformReader, ReportsNamesThatAreNotThere) {
  EXPECT_EQ(read_platform("regions: [cn-shangai]\n").mistakes,
            "p.yaml:1:11: error: regions[0].id: the region \"cn-shangai\" is not built in: give its latitude and longitude (did you mean "
            "\"cn-shanghai\"?)\n");
  EXPECT_EQ(read_platform("regions: [cn-shanghai]\ninstances: [{id: a, region: cn-shangai}]\n").mistakes,
            "p.yaml:2:29: error: instances[0].region: no region \"cn-shangai\" (did you mean \"cn-shanghai\"?)\n");
  EXPECT_EQ(read_platform("regions: [cn-shanghai]\nproducts: [{key: a1, instance: nowhere}]\n").mistakes,
            "p.yaml:2:32: error: products[0].instance: no instance \"nowhere\"; there is iotx-oxssharez200\n");
}

TEST(PlatformReader, ReportsTwoListenersOnOneAddress) {
  EXPECT_EQ(read_platform(
                "regions: [cn-shanghai]\ninstances:\n  - {id: a, region: cn-shanghai}\n  - {id: b, region: cn-shanghai, mqtt: {address: "
                "127.0.2.1}}\n")
                .mistakes,
            "p.yaml:3:3: error: instances: instance b listens on 127.0.2.1:18830, and so does instance a\n");
  EXPECT_EQ(
      read_platform("regions: [cn-shanghai]\nbootstrap: {address: 127.0.2.1, port: 18830}\ninstances:\n  - {id: a, region: cn-shanghai}\n")
          .mistakes,
      "p.yaml:4:3: error: instances: instance a listens on 127.0.2.1:18830, and so does the bootstrap endpoint\n");
}

TEST(PlatformReader, NeedsARegion) {
  EXPECT_EQ(read_platform("limits: unlimited\n").mistakes, "p.yaml:1:1: error: regions: a platform needs at least one region\n");
}

TEST(PlatformReader, NeverShowsASecret) {
  EXPECT_EQ(
      read_platform(
          "regions: [cn-shanghai]\nproducts: [{key: a1, devices: [{name: dev1, secret: [TOPSECRET]}, {name: d, secret: TOPSECRET}]}]\n")
          .mistakes.find("TOPSECRET"),
      std::string::npos);
}

TEST(PlatformReader, NeverShowsASecretThatIsTooLong) {
  const std::string secret = "TOPSECRET" + std::string(64, 'x');
  const std::string devices =
      read_platform("regions: [cn-shanghai]\nproducts: [{key: a1, devices: [{name: dev1, secret: " + secret + "}]}]\n").mistakes;
  EXPECT_EQ(devices, "p.yaml:2:53: error: products[0].devices[0].secret: expected a text of 1 to 64 bytes; a secret is not shown\n");
  const std::string products = read_platform("regions: [cn-shanghai]\nproducts: [{key: a1, secret: " + secret + "}]\n").mistakes;
  EXPECT_EQ(products, "p.yaml:2:30: error: products[0].secret: expected a text of 1 to 64 bytes; a secret is not shown\n");
  const std::string keys =
      read_platform("regions: [cn-shanghai]\naccounts: [{id: a, access_keys: [{id: k, secret: " + secret + std::string(100, 'x') + "}]}]\n")
          .mistakes;
  EXPECT_NE(keys.find("accounts[0].access_keys[0].secret: expected a text of 1 to"), std::string::npos) << keys;
  EXPECT_EQ(keys.find("TOPSECRET"), std::string::npos);
}

TEST(PlatformReader, NoTwoAccountsShareANameOrAKey) {
  const std::string mistakes = read_platform(
                                   "regions: [cn-shanghai]\naccounts: [{id: a, name: n, access_keys: [{id: k, secret: s}]}, "
                                   "{id: b, name: n, access_keys: [{id: k, secret: s}]}]\n")
                                   .mistakes;
  EXPECT_NE(mistakes.find("accounts[1].access_keys[0].id"), std::string::npos) << mistakes;
}

TEST(PlatformFileNames, AreTakenFromTheFolderOfTheFile) {
  EXPECT_EQ(folder_of("a/b/c.yaml"), "a/b");
  EXPECT_EQ(folder_of("c.yaml"), "");
  EXPECT_EQ(folder_of("/c.yaml"), "/");
  EXPECT_EQ(path_from("a/b", "c"), "a/b/c");
  EXPECT_EQ(path_from("a/b", "/c"), "/c");
  EXPECT_EQ(path_from("", "c"), "c");
  EXPECT_EQ(path_from("/", "c"), "/c");
}

}  // namespace
}  // namespace fleetsim::sim
