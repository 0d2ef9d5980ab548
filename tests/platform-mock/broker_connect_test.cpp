// CONNECT: client id parameters, signatures, securemode, keep-alive, rates, and the code each refusal gets.
#include <gtest/gtest.h>

#include "platform-mock/core/mqtt/connect_auth.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

using mqtt::ClientIdFields;
using mqtt::parse_client_id;

TEST(ClientId, KeepsWhatCountsAndSkipsTheRest) {
  // As C SDK 4.2.0 sends it.
  const auto fields = parse_client_id(
      "a1TestPK001.dev1|timestamp=2524608000000,_ss=1,_v=sdk-c-4.2.0,securemode=2,signmethod=hmacsha256,ext=3,_conn=tls_2c|");
  ASSERT_TRUE(fields.ok());
  EXPECT_EQ(fields->id, "a1TestPK001.dev1");
  EXPECT_EQ(fields->timestamp, "2524608000000");
  EXPECT_EQ(fields->secure_mode, "2");
  EXPECT_EQ(fields->sign_method, "hmacsha256");
  EXPECT_TRUE(fields->auto_subscribe);
  EXPECT_TRUE(fields->wants_kick_notice);
}

TEST(ClientId, TakesTheNodeSdksFormAndAnAssignedId) {
  const auto node = parse_client_id("a1TestPK001&dev1|securemode=2,signmethod=hmacsha1,timestamp=1700000000000,lan=NodeJS,_v=1.2.8|");
  ASSERT_TRUE(node.ok());
  EXPECT_EQ(node->id, "a1TestPK001&dev1");
  EXPECT_FALSE(node->auto_subscribe);
  const auto assigned = parse_client_id("|securemode=3,ext=1|");
  ASSERT_TRUE(assigned.ok());
  EXPECT_EQ(assigned->id, "");
  EXPECT_FALSE(assigned->timestamp.has_value());
  EXPECT_FALSE(assigned->wants_kick_notice);
}

TEST(ClientId, RefusesWhatIsNotItsForm) {
  for (const std::string_view bad : {"", "dev1", "dev1|", "dev1|securemode=3", "dev1|securemode|", "dev1|=3|", "dev1|a=b|c=d|"})
    EXPECT_FALSE(parse_client_id(bad).ok()) << bad;
  EXPECT_TRUE(parse_client_id(std::string(64, 'x') + "|a=b|").ok());
  EXPECT_FALSE(parse_client_id(std::string(65, 'x') + "|a=b|").ok());
  EXPECT_FALSE(parse_client_id("x|timestamp=" + std::string(33, '1') + "|").ok());
  EXPECT_TRUE(parse_client_id("x|a=b,,c=d=e,|").ok());
}

bool matches_password(const ClientIdFields& fields, std::string_view key, std::string_view password) {
  const mqtt::DeviceNames names{.product_key = "pk", .device_name = "device"};
  return signature_matches(openssl_hmac(), fields, names, key, bytes_of(password));
}

TEST(Signature, MatchesTheDocumentedVectorsInEitherCase) {
  ClientIdFields fields{.id = "12345", .secure_mode = "3", .sign_method = "hmacsha1", .timestamp = "789"};
  EXPECT_TRUE(matches_password(fields, "secret", "fafd82a3d602b37fb0fa8b7892f24a477f851a14"));
  EXPECT_TRUE(matches_password(fields, "secret", "FAFD82A3D602B37FB0FA8B7892F24A477F851A14"));
  fields.sign_method = "HmacSHA1";
  EXPECT_TRUE(matches_password(fields, "secret", "fafd82a3d602b37fb0fa8b7892f24a477f851a14"));
  fields.sign_method = "hmacmd5";
  EXPECT_TRUE(matches_password(fields, "secret", "14b198324fe55e1d3c88f2e705e201ee"));
  fields.sign_method = "";
  EXPECT_TRUE(matches_password(fields, "secret", "14b198324fe55e1d3c88f2e705e201ee"));
  fields.sign_method = "hmacsha256";
  EXPECT_TRUE(matches_password(fields, "secret", "6074a46a91b1ebb2cc4ea42790ad0e80202c9843859fc292e57c4eb19fad9e57"));
}

TEST(Signature, MatchesTheVectorOfTheCSdk) {
  const ClientIdFields fields{.id = "a1TestPK001.dev1", .secure_mode = "2", .sign_method = "hmacsha256", .timestamp = "2524608000000"};
  const mqtt::DeviceNames names{.product_key = "a1TestPK001", .device_name = "dev1"};
  EXPECT_TRUE(signature_matches(openssl_hmac(), fields, names, "secret",
                                bytes_of("6E9A07390853C1ECEDF94FEEC3D724BC7514561EEF2250039AF490E5A4307656")));
}

TEST(Signature, LetsAnEmptyClientIdBeSignedOrLeftOut) {
  ClientIdFields fields{.id = "", .secure_mode = "3", .sign_method = "hmacsha1", .timestamp = {}};
  // content deviceNamedeviceproductKeypk
  EXPECT_TRUE(matches_password(fields, "secret", "ef1338106ebf173868958116f51797c8b9149855"));
  EXPECT_TRUE(matches_password(fields, "secret", hmac_hex("hmacsha1", "secret", "clientIddeviceNamedeviceproductKeypk")));
  fields.id = "x";
  EXPECT_FALSE(matches_password(fields, "secret", "ef1338106ebf173868958116f51797c8b9149855"));
}

TEST(Signature, FailsOnEveryDifference) {
  const ClientIdFields fields{.id = "12345", .secure_mode = "3", .sign_method = "hmacsha1", .timestamp = "789"};
  const std::string good = "fafd82a3d602b37fb0fa8b7892f24a477f851a14";
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == '0' ? '1' : '0';
    EXPECT_FALSE(matches_password(fields, "secret", bad)) << i;
    bad[i] = 'g';
    EXPECT_FALSE(matches_password(fields, "secret", bad)) << i;
  }
  EXPECT_FALSE(matches_password(fields, "secret", good.substr(0, 38)));
  EXPECT_FALSE(matches_password(fields, "secret", good + "00"));
  EXPECT_FALSE(matches_password(fields, "secret", ""));
  EXPECT_FALSE(matches_password(fields, "other", good));
}

TEST(Connect, IsAcceptedWithEveryMethodAndEveryOptionalPart) {
  for (const std::string method : {"", "hmacmd5", "hmacsha1", "hmacsha256"}) {
    for (const std::string timestamp : {"", "1700000000000"}) {
      for (const std::string id : {"", "a1TestPK001&dev1", "x"}) {
        BrokerWorld world;
        EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.client_id = id, .sign_method = method, .timestamp = timestamp})), 0)
            << method << "/" << timestamp << "/" << id;
      }
    }
  }
}

TEST(Connect, SpeaksMqtt31Too) {
  BrokerWorld world;
  ConnectFields fields = signed_fields("dev1");
  fields.protocol_name = "MQIsdp";
  fields.level = 3;
  EXPECT_EQ(world.connack(shanghai, fields), 0);
}

struct RefusedCase {
  std::string name;
  int code;
  std::string reason;
  ConnectFields fields;
  bool tls = false;
};

std::vector<RefusedCase> refused_cases() {
  std::vector<RefusedCase> cases;
  const auto add = [&cases](std::string name, int code, std::string reason, ConnectFields fields, bool tls = false) {
    cases.push_back({std::move(name), code, std::move(reason), std::move(fields), tls});
  };
  ConnectFields fields = signed_fields("dev1");
  fields.level = 5;
  add("mqtt 5", 1, "protocol version is not served", fields);
  fields = signed_fields("dev1");
  fields.client_id = "dev1";
  add("no parameters", 2, "client id has no |parameters|", fields);
  add("keep-alive 0", 2, "keep-alive is out of range", signed_fields("dev1", {.keep_alive_s = 0}));
  add("keep-alive 29", 2, "keep-alive is out of range", signed_fields("dev1", {.keep_alive_s = 29}));
  add("keep-alive 1201", 2, "keep-alive is out of range", signed_fields("dev1", {.keep_alive_s = 1201}));
  add("securemode -2", 2, "securemode is missing or not served", signed_fields("dev1", {.secure_mode = "-2"}));
  add("securemode 1", 2, "securemode is missing or not served", signed_fields("dev1", {.secure_mode = "1"}));
  add("securemode 2 plain", 2, "securemode=2 on a connection without TLS", signed_fields("dev1", {.secure_mode = "2"}));
  add("securemode 3 TLS", 2, "securemode=3 on a TLS connection", signed_fields("dev1"), true);
  fields = signed_fields("dev1");
  fields.client_id = "id|signmethod=hmacsha256,timestamp=2524608000000|";
  add("no securemode", 2, "securemode is missing or not served", fields);
  add("sha256", 4, "signmethod is not served", signed_fields("dev1", {.sign_method = "sha256"}));
  fields = signed_fields("dev1");
  fields.username = "";
  fields.password.reset();
  add("no user name", 4, "user name or password is missing", fields);
  fields = signed_fields("dev1");
  fields.password.reset();
  add("no password", 4, "user name or password is missing", fields);
  for (const std::string bad : {"dev1", "dev1&", "&a1TestPK001", "dev1&a1TestPK001&x"}) {
    fields = signed_fields("dev1");
    fields.username = bad;
    add("user name " + bad, 4, "user name is not deviceName&productKey", fields);
  }
  add("unknown device", 5, "device is not registered", signed_fields("dev9"));
  fields = signed_fields("dev1");
  fields.username = "dev1&other";
  add("unknown product", 5, "device is not registered", fields);
  add("wrong secret", 4, "signature does not match", signed_fields("dev1", {.device_secret = "other"}));
  return cases;
}

TEST(Connect, RefusesWithTheCodeAndSaysWhyOnce) {
  for (const RefusedCase& wanted : refused_cases()) {
    BrokerWorld world;
    Client client = world.open(shanghai, wanted.tls);
    const std::string answer = client.send(connect_packet(wanted.fields)).take();
    EXPECT_EQ(hex(answer), "2002000" + std::to_string(wanted.code)) << wanted.name;
    EXPECT_TRUE(client.closed()) << wanted.name;
    const auto told = world.ledger.of(PlatformEventKind::connect_refused);
    ASSERT_EQ(told.size(), 1U) << wanted.name;
    EXPECT_EQ(world.ledger.events.size(), 1U) << wanted.name;
    EXPECT_EQ(told[0].reason, wanted.reason) << wanted.name;
    EXPECT_EQ(told[0].code, wanted.code) << wanted.name;
    EXPECT_EQ(told[0].instance, shanghai) << wanted.name;
    EXPECT_EQ(world.platform.statistics().connects_refused, 1U) << wanted.name;
    EXPECT_EQ(world.platform.statistics().connections_open, 0U) << wanted.name;
    // The other devices go on.
    EXPECT_EQ(world.connack(shanghai, signed_fields("dev2")), 0) << wanted.name;
  }
}

TEST(Connect, TakesItsCodesFromTheSettings) {
  PlatformConfig config = three_regions();
  config.connack = {.malformed_client_id = 11,
                    .unknown_device = 12,
                    .wrong_signature = 13,
                    .disabled = 14,
                    .distributed_away = 15,
                    .keep_alive_out_of_range = 16,
                    .securemode_mismatch = 17,
                    .too_many_connects = 18};
  config.limits.connects_per_minute_per_device = 1;
  BrokerWorld world(config);
  ConnectFields fields = signed_fields("dev1");
  fields.client_id = "x";
  EXPECT_EQ(world.connack(shanghai, fields), 11);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev9")), 12);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.device_secret = "x"})), 13);
  world.platform.registry().device(world.device("dev2")).enabled = false;
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev2")), 14);
  EXPECT_EQ(world.connack(singapore, signed_fields("dev1")), 15);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.keep_alive_s = 5})), 16);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.secure_mode = "2"})), 17);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 18);
}

TEST(Connect, NeedsTlsWherePlainSecuremodeIsNotAllowed) {
  PlatformConfig config = three_regions();
  config.plain_securemode_allowed = false;
  BrokerWorld world(config);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 2);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.secure_mode = "2"}), true), 0);
}

TEST(Connect, TakesAnyKeepAliveWithoutLimits) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  for (const std::uint16_t keep_alive : std::vector<std::uint16_t>{0, 1, 29, 65535}) {
    BrokerWorld world(config);
    EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.keep_alive_s = keep_alive})), 0) << keep_alive;
  }
}

TEST(Connect, ChecksTheSignatureUnlessThatBugIsPlanted) {
  PlatformConfig config = three_regions();
  config.planted_bugs.signature_not_checked = true;
  BrokerWorld world(config);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.device_secret = "x"})), 0);
}

TEST(ConnectRate, IsFiveAMinutePerDeviceAndForgetsStrangers) {
  BrokerWorld world;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.device_secret = "x"})), 4);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0) << i;
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 3);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev2")), 0);
  world.now += std::chrono::seconds{59};
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 3);
  world.now += std::chrono::seconds{1};
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0);
}

TEST(ConnectRate, IsCountedPerAccountAndSecond) {
  PlatformConfig config = three_regions();
  config.limits.connects_per_second_per_account = 2;
  BrokerWorld world(config);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev2")), 0);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev3")), 3);
  world.now += std::chrono::seconds{1};
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev3")), 0);
}

TEST(ConnectRate, IsOffWithoutLimits) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  config.limits.connects_per_second_per_account = 2;
  BrokerWorld world(config);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0) << i;
}

TEST(FirstPacket, MustBeAConnectAndOnlyOne) {
  BrokerWorld world;
  Client early = world.open(shanghai);
  early.send(pingreq);
  EXPECT_TRUE(early.closed());
  EXPECT_EQ(early.take(), "");
  Client twice = world.connect(shanghai, "dev1");
  twice.send(connect_packet(signed_fields("dev1")));
  EXPECT_TRUE(twice.closed());
  EXPECT_EQ(twice.take(), "");
  const auto told = world.ledger.of(PlatformEventKind::protocol_violation);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].reason, "first packet is not CONNECT");
  EXPECT_EQ(told[1].reason, "second CONNECT");
  EXPECT_EQ(told[1].device_name, "dev1");
}

TEST(FirstPacket, OfAStrangerIsBoundedAndMayComeByteByByte) {
  BrokerWorld world;
  const std::string packet = connect_packet(signed_fields("dev1"));
  Client slow = world.open(shanghai);
  for (const char byte : packet) slow.send(std::string_view(&byte, 1));
  EXPECT_EQ(slow.take(), bytes("20 02 00 00"));
  Client huge = world.open(shanghai);
  huge.send(bytes("10 ff ff 7f"));
  EXPECT_TRUE(huge.closed());
  EXPECT_EQ(world.ledger.of(PlatformEventKind::protocol_violation).at(0).reason, "packet is larger than the limit");
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
