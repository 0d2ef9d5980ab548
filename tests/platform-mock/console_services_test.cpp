// What an owner sets for a product's devices in the console is what they get: their secret, their configuration, another endpoint.
#include <gtest/gtest.h>
#include <string>

#include "api_firmware_world.hpp"

#include "platform-mock/core/files/remote_config_files.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view shanghai_public = "iotx-oxssharez200";
const std::string interval = R"({"interval":60})";

struct ServicesWorld : FirmwareWorld {
  explicit ServicesWorld(PlatformConfig config = api_config()) : FirmwareWorld(std::move(config)) {}

  Answer console(const std::string& method, const std::string& tail, const std::string& body = "", const std::string& account = "198000") {
    return send(method + " /console/api/products/" + tail + " HTTP/1.1\r\nHost: x\r\nX-Fleetsim-Account: " + account +
                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  Answer configure(const std::string& content, const std::string& account = "198000") {
    return console("POST", key + "/remote-config", R"({"content":")" + escaped(content) + "\"}", account);
  }
  static std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out.append(c == '"' ? "\\\"" : std::string(1, c));
    return out;
  }
  ApiDevice device(std::string_view name) { return ApiDevice(*this, shanghai_public, key, name); }
  std::string asked(ApiDevice& lamp) const {
    lamp.say(lamp.sys("thing/config/get"), R"({"id":"1","params":{"configScope":"product","getType":"file"}})");
    return lamp.hear();
  }
};

TEST(ConsoleServices, ARemoteConfigurationIsFetchedByTheUrlThatDevicesAreTold) {
  ServicesWorld world;
  ApiDevice lamp = world.device("dev1");
  EXPECT_NE(world.asked(lamp).find(R"("code":6710)"), std::string::npos);
  const Answer set = world.configure(interval);
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(set.text("sha256"), world.digest(DigestMethod::sha256, interval));
  EXPECT_EQ(lamp.hear(), "") << "nobody is told before it is pushed";

  const std::string told = world.asked(lamp);
  EXPECT_EQ(member(told, "configId"), set.text("id"));
  EXPECT_EQ(member(told, "sign"), set.text("sha256"));
  EXPECT_NE(told.find(R"("configSize":15)"), std::string::npos) << told;
  const Answer file = world.get(member(told, "url"));
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, interval);
}

TEST(ConsoleServices, APushTellsEveryDeviceThatIsOnlineOfTheNewFile) {
  ServicesWorld world;
  ApiDevice first = world.device("dev1");
  ApiDevice second = world.device("dev2");
  world.configure(interval);
  const std::string old_url = member(world.asked(first), "url");
  const std::string newer = R"({"interval":5})";
  world.configure(newer);
  const Answer pushed = world.console("POST", world.key + "/remote-config/push");
  EXPECT_EQ(pushed.text("told"), "2") << pushed.body;
  for (ApiDevice* const lamp : {&first, &second}) {
    const std::string heard = lamp->hear();
    EXPECT_EQ(heard.find(lamp->sys("thing/config/push")), 0U) << heard;
    EXPECT_EQ(world.get(member(heard, "url")).body, newer);
  }
  EXPECT_EQ(world.get(old_url).status, 404) << "the file of the older configuration is gone";
}

TEST(ConsoleServices, ARemoteConfigurationThatIsOffIsNeitherFetchedNorPushed) {
  ServicesWorld world;
  ApiDevice lamp = world.device("dev1");
  EXPECT_EQ(world.console("POST", world.key + "/remote-config", R"({"state":"off"})").status, 404) << "there is none yet";
  world.configure(interval);
  EXPECT_EQ(world.console("POST", world.key + "/remote-config", R"({"state":"off"})").text("content"), interval);
  EXPECT_NE(world.asked(lamp).find(R"("code":6713)"), std::string::npos);
  EXPECT_EQ(world.console("POST", world.key + "/remote-config/push").status, 409);
  EXPECT_EQ(world.console("GET", world.key + "/remote-config").text("state"), "off");
  EXPECT_EQ(lamp.hear(), "");
}

TEST(ConsoleServices, ARemoteConfigurationMustBeAJsonObjectWithinItsLimit) {
  PlatformConfig config = api_config();
  config.limits.remote_config_bytes = static_cast<std::uint32_t>(interval.size());
  ServicesWorld world(config);
  EXPECT_EQ(world.configure(interval).status, 200);
  const std::string before = world.everything();
  for (const std::string& bad : {std::string("interval: 60"), std::string("[1]"), std::string("")}) {
    const Answer refused = world.configure(bad);
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(refused.text("message"), "content must be the text of a JSON object");
  }
  const Answer too_large = world.configure(R"({"interval":600})");
  EXPECT_EQ(too_large.status, 400);
  EXPECT_EQ(too_large.text("message"), "the configuration has 16 bytes, limits.remote_config_bytes is 15");
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::remote_config_bytes), 1U);
  EXPECT_EQ(world.everything(), before);
}

TEST(ConsoleServices, BelongToTheOwnerAlone) {
  ServicesWorld world;
  const std::string before = world.everything();
  EXPECT_EQ(world.configure(interval, "198001").status, 404);
  EXPECT_EQ(world.console("POST", world.key + "/dynamic-registration", R"({"state":"on"})", "198001").status, 404);
  EXPECT_EQ(world.console("POST", world.key + "/devices/dev1/endpoint", R"({"host":"127.0.0.9","port":1883})", "198001").status, 404);
  // A recipient sees the product and may change nothing of it.
  world.platform.registry().make_visible(*world.platform.registry().find_product(world.key),
                                         {*world.platform.registry().find_instance(shanghai_public), AccountIndex{1}}, world.now);
  EXPECT_EQ(world.configure(interval, "198001").status, 403);
  EXPECT_EQ(world.console("POST", world.key + "/dynamic-registration", R"({"state":"on"})", "198001").status, 403);
  EXPECT_EQ(world.platform.remote_configs().find(*world.platform.registry().find_product(world.key)), nullptr);
  EXPECT_EQ(world.console("GET", world.key).text("dynamic_registration"), "off");
}

TEST(ConsoleServices, DynamicRegistrationIsSwitchedForAProduct) {
  ServicesWorld world;
  const auto registers = [&] {
    const Registry& registry = world.platform.registry();
    const ProductRecord& product = registry.product(*registry.find_product(world.key));
    const std::string text = "deviceNamedev1productKey" + world.key + "random5";
    const std::string form = "productKey=" + world.key + "&deviceName=dev1&random=5&signMethod=hmacsha256&sign=" +
                             broker_test::hmac_hex("hmacsha256", product.config.secret, text);
    const ConnectionId connection = world.platform.accept_bootstrap({.address = {}, .tls = true}, world.now, world.output);
    const std::string request = "POST /auth/register/device HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
                                ("Content-Length: " + std::to_string(form.size()) + "\r\n\r\n" + form);
    world.platform.received(connection, bytes_of(request), world.now, world.output);
    return world.output.sent[connection];
  };
  EXPECT_NE(registers().find(R"("code":6288)"), std::string::npos);
  EXPECT_EQ(world.console("POST", world.key + "/dynamic-registration", R"({"state":"on"})").text("dynamic_registration"), "on");
  const std::string secret = world.call("QueryDeviceDetail", {{"ProductKey", world.key}, {"DeviceName", "dev1"}}).text("Data.DeviceSecret");
  EXPECT_NE(registers().find(R"("deviceSecret":")" + secret), std::string::npos);
  EXPECT_EQ(world.console("GET", world.key).text("dynamic_registration"), "on");
  EXPECT_EQ(world.console("POST", world.key + "/dynamic-registration", R"({"state":"off"})").text("dynamic_registration"), "off");
  EXPECT_NE(registers().find(R"("code":6288)"), std::string::npos);
  const Answer refused = world.console("POST", world.key + "/dynamic-registration", R"({"state":"maybe"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.text("message"), "state must be on or off");
}

TEST(ConsoleServices, ADeviceThatIsOnlineIsToldOfAnotherEndpoint) {
  ServicesWorld world;
  ApiDevice lamp = world.device("dev1");
  const std::string there = R"({"host":"127.0.0.9","port":1883})";
  EXPECT_EQ(world.console("POST", world.key + "/devices/dev1/endpoint", there).status, 200);
  const std::string heard = lamp.hear();
  EXPECT_EQ(heard.find(lamp.sys("thing/bootstrap/config/push")), 0U) << heard;
  EXPECT_NE(heard.find(R"("params":{"endpoint":{"mqtt":{"host":"127.0.0.9","port":1883}}})"), std::string::npos) << heard;
  const Answer offline = world.console("POST", world.key + "/devices/dev2/endpoint", there);
  EXPECT_EQ(offline.status, 409);
  EXPECT_EQ(offline.text("message"), R"(device "dev2" does not hear it: it is not online)");
  for (const char* const bad :
       {R"({"host":"a\"b","port":1883})", R"({"host":"x","port":0})", R"({"host":"x","port":65536})", R"({"port":1})"})
    EXPECT_EQ(world.console("POST", world.key + "/devices/dev1/endpoint", bad).status, 400) << bad;
  EXPECT_EQ(lamp.hear(), "");
}

}  // namespace
}  // namespace fleetsim::platform
