// Devices retrieve certificates: dynamic registration over MQTT, with and without a registered name, and over HTTP.
#include <gtest/gtest.h>

#include "tests/platform-mock/services_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

struct RegistrationWorld : ServicesWorld {
  explicit RegistrationWorld(const PlatformConfig& config = config_with_gateway()) : ServicesWorld(config) {
    platform.registry().product_data(lamps()).dynamic_registration = DynamicRegistration::on;
  }

  static ConnectFields fields(std::string_view device, const std::string& auth_type, const std::string& key = "productsecret",
                              const std::string& method = "hmacsha256") {
    const std::string name(device);
    ConnectFields connect;
    connect.client_id = name + ".a1TestPK001|random=8Ygb7ULYh53B6OA,authType=" + auth_type + ",securemode=2,signmethod=" + method + "|";
    connect.username = name + "&a1TestPK001";
    connect.password = hmac_hex(method, key, "deviceName" + name + "productKeya1TestPK001random8Ygb7ULYh53B6OA");
    connect.keep_alive_s = 0;
    return connect;
  }
  /// The CONNACK code, then what was published; the reason where it was refused.
  std::string registered(const ConnectFields& connect, bool tls = true) {
    Client client = open(shanghai, tls);
    client.send(connect_packet(connect));
    const std::string answer = ledger.sent[client.id()];
    if (client.closed())
      return std::to_string(static_cast<int>(answer.at(3))) + " " + ledger.of(PlatformEventKind::connect_refused).back().reason;
    return std::to_string(static_cast<int>(answer.at(3))) + " " + client.take_message();
  }
};

TEST(RegistrationOverMqtt, BringsTheSecretAndNoSession) {
  RegistrationWorld world;
  EXPECT_EQ(world.registered(RegistrationWorld::fields("dev1", "register")),
            R"(0 /ext/register {"productKey":"a1TestPK001","deviceName":"dev1","deviceSecret":"secret"})");
  EXPECT_EQ(world.platform.statistics().sessions_online, 0U);
  EXPECT_FALSE(world.platform.registry().device(world.device("dev1")).activated);
  // With it the device connects, and from then on its secret is told to nobody.
  world.online("dev1");
  EXPECT_EQ(world.registered(RegistrationWorld::fields("dev1", "register")), "5 registration refused: 6289, the device is active already");
}

TEST(RegistrationOverMqtt, IsRefusedWithTheDocumentsCodes) {
  RegistrationWorld world;
  const auto refused = [&](const ConnectFields& fields) { return world.registered(fields); };
  EXPECT_EQ(refused(RegistrationWorld::fields("dev1", "register", "guess")), "4 registration refused: 6600, signature does not match");
  EXPECT_EQ(refused(RegistrationWorld::fields("dev9", "register")), "5 registration refused: 6100, no such device");
  ConnectFields other = RegistrationWorld::fields("dev1", "register");
  other.username = "dev1&a1Unknown01";
  EXPECT_EQ(refused(other), "5 registration refused: 6250, no such product");
  ConnectFields unknown_method = RegistrationWorld::fields("dev1", "register");
  unknown_method.client_id = "dev1.a1TestPK001|random=8Ygb7ULYh53B6OA,authType=register,securemode=2,signmethod=md4|";
  EXPECT_EQ(refused(unknown_method), "5 registration refused: 6292, signmethod is not served");
  ConnectFields no_random = RegistrationWorld::fields("dev1", "register");
  no_random.client_id = "dev1.a1TestPK001|authType=register,securemode=2,signmethod=hmacsha256|";
  EXPECT_EQ(refused(no_random), "5 registration refused: 460, bad parameters");
  EXPECT_EQ(world.registered(RegistrationWorld::fields("dev1", "register"), false), "2 registration needs TLS and securemode=2");
  world.platform.registry().product_data(world.lamps()).dynamic_registration = DynamicRegistration::off;
  EXPECT_EQ(refused(RegistrationWorld::fields("dev1", "register")), "5 registration refused: 6288, dynamic registration is off");
  for (const ToldEvent& event : world.ledger.events) EXPECT_EQ(event.reason.find("productsecret"), std::string::npos);
}

TEST(RegistrationOverMqtt, CarriesNothingElseAndEnds) {
  RegistrationWorld world;
  Client polite = world.open(shanghai, true);
  polite.send(connect_packet(RegistrationWorld::fields("dev1", "register"))).take();
  polite.send(pingreq);
  EXPECT_EQ(hex(polite.take()), "d000");
  polite.send(disconnect);
  EXPECT_TRUE(polite.closed());
  Client rude = world.open(shanghai, true);
  rude.send(connect_packet(RegistrationWorld::fields("dev1", "register"))).take();
  rude.send(publish({.topic = sys("dev1", "thing/event/property/post"), .payload = R"({"id":"1","params":{"a":1}})"}));
  EXPECT_TRUE(rude.closed());
  EXPECT_EQ(world.thing("dev1"), nullptr);
  Client silent = world.open(shanghai, true);
  silent.send(connect_packet(RegistrationWorld::fields("dev2", "register"))).take();
  world.advance(std::chrono::seconds{10});
  EXPECT_TRUE(silent.closed());
}

TEST(RegistrationOverMqtt, WithoutARegisteredNameBringsAToken) {
  RegistrationWorld world;
  const std::string answer = world.registered(RegistrationWorld::fields("fresh", "regnwl"));
  const auto value_of = [&answer](std::string_view key) {
    const std::string mark = "\"" + std::string(key) + "\":\"";
    const std::size_t at = answer.find(mark);
    return at == std::string::npos ? std::string() : answer.substr(at + mark.size(), answer.find('"', at + mark.size()) - at - mark.size());
  };
  ASSERT_EQ(answer.substr(0, 14), "0 /ext/regnwl ") << answer;
  EXPECT_EQ(value_of("deviceName"), "fresh");
  EXPECT_FALSE(says(answer, "deviceSecret"));
  ConnectFields login;
  login.client_id = value_of("clientId") + "|authType=connwl,securemode=-2,_ss=1,ext=3,_v=sdk-c-4.2.0|";
  login.username = "fresh&a1TestPK001";
  login.password = value_of("deviceToken");
  login.keep_alive_s = 60;
  EXPECT_EQ(world.connack(shanghai, login, false), 2) << "TLS only";
  ConnectFields guessed = login;
  guessed.password = std::string(value_of("deviceToken").size(), '0');
  EXPECT_EQ(world.connack(shanghai, guessed, true), 4);
  ConnectFields foreign = login;
  foreign.username = "dev1&a1TestPK001";
  EXPECT_EQ(world.connack(shanghai, foreign, true), 4);
  EXPECT_EQ(world.connack(shanghai, login, true), 0);
  EXPECT_TRUE(world.platform.registry().device(world.device("fresh")).activated);
  EXPECT_EQ(world.registered(RegistrationWorld::fields("fresh", "regnwl")), "5 registration refused: 6289, the device is active already");
}

TEST(RegistrationOverMqtt, ByTokenLeavesNoSecretForAGateway) {
  RegistrationWorld world;
  ASSERT_EQ(world.registered(RegistrationWorld::fields("fresh", "regnwl")).substr(0, 14), "0 /ext/regnwl ");
  Client gateway = world.gateway_online();
  EXPECT_TRUE(
      says(world.ask(gateway, gate_sys("thing/sub/register"), R"({"id":"1","params":[{"productKey":"a1TestPK001","deviceName":"fresh"}]})"),
           "\"code\":6289"));
}

TEST(RegistrationOverMqtt, OfUnknownNamesEndsWhereTheProductIsFull) {
  PlatformConfig config = config_with_gateway();
  config.limits.mode = LimitsMode::documented;
  config.limits.devices_per_product = static_cast<std::uint32_t>(config.products.front().devices.size()) + 1;
  RegistrationWorld world(config);
  EXPECT_EQ(world.registered(RegistrationWorld::fields("fresh1", "regnwl")).substr(0, 14), "0 /ext/regnwl ");
  EXPECT_EQ(world.registered(RegistrationWorld::fields("fresh2", "regnwl")).substr(0, 24), "5 registration refused: ");
  EXPECT_FALSE(world.platform.registry().find_device(product, "fresh2").has_value());
  EXPECT_EQ(world.registered(RegistrationWorld::fields("fresh1", "regnwl")).substr(0, 14), "0 /ext/regnwl ")
      << "who has a token may have it again";
}

TEST(RegistrationOverMqtt, GivesNoMoreTokensThanItsLimit) {
  PlatformConfig config = config_with_gateway();
  config.limits.registration_tokens = 1;
  RegistrationWorld world(config);
  EXPECT_EQ(world.registered(RegistrationWorld::fields("fresh1", "regnwl")).substr(0, 14), "0 /ext/regnwl ");
  EXPECT_EQ(world.registered(RegistrationWorld::fields("fresh2", "regnwl")).substr(0, 24), "5 registration refused: ");
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::registration_tokens), 1U);
  EXPECT_EQ(world.registered(RegistrationWorld::fields("fresh1", "regnwl")).substr(0, 14), "0 /ext/regnwl ")
      << "who has a token may have it again";
}

std::string register_request(const std::string& device, const std::string& method, const std::string& key = "productsecret") {
  const std::string body = "productKey=a1TestPK001&deviceName=" + device + "&random=r1&sign=" +
                           hmac_hex(method == "md4" ? "hmacsha1" : method, key, "deviceName" + device + "productKeya1TestPK001randomr1") +
                           "&signMethod=" + method;
  return "POST /auth/register/device HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(RegistrationOverHttp, BringsTheSecretOrACode) {
  RegistrationWorld world;
  const auto answer = [&world](const std::string& request) {
    Client client{world,
                  world.platform.accept_bootstrap({.address = IpAddress::from_v4(0x7f000101), .tls = true}, world.now, world.ledger)};
    const std::string text = client.send(request).take();
    return text.substr(text.find("\r\n\r\n") + 4);
  };
  const std::string secret_answer =
      R"({"code":200,"data":{"productKey":"a1TestPK001","deviceName":"dev1","deviceSecret":"secret"},"message":"success"})";
  for (const std::string method : {"hmacsha256", "hmacsha1", "hmacmd5"}) EXPECT_EQ(answer(register_request("dev1", method)), secret_answer);
  EXPECT_EQ(answer(register_request("dev1", "hmacsha256", "guess")), R"({"code":6600,"message":"registration refused"})");
  EXPECT_EQ(answer(register_request("dev1", "md4")), R"({"code":6292,"message":"registration refused"})");
  EXPECT_EQ(answer(register_request("dev9", "hmacsha256")), R"({"code":6100,"message":"registration refused"})");
  EXPECT_EQ(answer(register_request("", "hmacsha256")), R"({"code":460,"message":"registration refused"})");
  world.online("dev1");
  EXPECT_EQ(answer(register_request("dev1", "hmacsha256")), R"({"code":6289,"message":"registration refused"})");
  world.platform.registry().product_data(world.lamps()).dynamic_registration = DynamicRegistration::off;
  EXPECT_EQ(answer(register_request("dev2", "hmacsha256")), R"({"code":6288,"message":"registration refused"})");
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
