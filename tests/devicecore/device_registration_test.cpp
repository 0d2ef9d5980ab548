// A device with its product's secret alone fetches its own, once: over HTTPS or MQTT, through every power cut, and never by luck.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using Events = std::vector<std::string>;

// HMAC-SHA256 by "product-secret" over deviceNamedev1productKeya1TestPK001random00000007, and by "its-own-secret" over what a login signs;
// both by Python's hmac.
constexpr std::string_view product_signature = "021C1AE4F55AD2C162B1D93C2674C23D4EEB50D0BE07C9359A49DF5B36FB74D2";
constexpr std::string_view login_signature = "CBA796A18055C8D672E7B4B237DB36F5F9FE3278F2F402B2C0AF761951955FAF";

bool ends_online(DeviceWorld& world) {
  return world.run_until([&] { return world.has_event("connected") && world.device.agent().state() == AgentState::online; }, minutes{30});
}

TEST(DeviceRegistration, OverHttpItSendsASignedFormKeepsTheSecretAndLogsInWithIt) {
  DeviceWorld world;
  world.registers_by(Registration::http);
  world.random_word_is(7);
  world.go_online();
  ASSERT_EQ(world.platform.registrations.size(), 1U);
  const std::string form =
      "productKey=a1TestPK001&deviceName=dev1&random=00000007&signMethod=hmacsha256&sign=" + std::string(product_signature);
  EXPECT_EQ(world.platform.registrations[0],
            "POST /auth/register/device HTTP/1.1\r\nHost: global.example\r\n"
            "Accept: text/xml,text/javascript,text/html,application/json\r\n"
            "Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\n"
            "Content-Length: " +
                std::to_string(form.size()) + "\r\n\r\n" + form);
  EXPECT_NE(world.all_sent[1].find(login_signature), std::string::npos);
  EXPECT_EQ(world.all_sent[0].find("product-secret"), std::string::npos);
  EXPECT_FALSE(world.flash[limits::secret_slot].empty());
}

TEST(DeviceRegistration, TheStoryInOrderNothingIsBegunBeforeTheSecretIsInFlash) {
  DeviceWorld world;
  world.registers_by(Registration::http);
  world.plays_application = false;
  world.power_on();
  world.settle();
  EXPECT_EQ(world.events, (Events{"registered", "bootstrap_started global.example:443", "bootstrap_answered a.example:1883",
                                  "endpoint_stored a.example:1883", "connect_started a.example:1883", "connected a.example:1883"}));
}

TEST(DeviceRegistration, OverMqttItConnectsWithTheProductsSignatureAndThenWithItsOwn) {
  DeviceWorld world;
  world.registers_by(Registration::mqtt);
  world.random_word_is(7);
  world.go_online();
  EXPECT_EQ(world.platform.registrations, (std::vector<std::string>{"CONNECT"}));
  const std::string& sent = world.all_sent[1];
  EXPECT_NE(sent.find("dev1.a1TestPK001|random=00000007,authType=register,securemode=2,signmethod=hmacsha256|"), std::string::npos);
  const std::size_t first = sent.find(product_signature);
  const std::size_t second = sent.find(login_signature);
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_EQ(hex(bytes_of(sent.substr(first + product_signature.size(), 2))), "e000") << "DISCONNECT behind the registration";
  EXPECT_EQ(world.opened.size(), 3U) << "bootstrap, registration, login";
}

TEST(DeviceRegistration, ASecretInFlashIsUsedAndNotAskedForAgain) {
  DeviceWorld world;
  world.registers_by(Registration::http);
  world.go_online();
  world.restart();
  world.settle();
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
  EXPECT_EQ(world.platform.registrations.size(), 1U);
}

TEST(DeviceRegistration, ThePlatformTellsASecretUntilTheFirstLoginAndNoPowerCutEverLosesIt) {
  for (const Registration way : {Registration::http, Registration::mqtt}) {
    for (const FaultKind kind :
         {FaultKind::power_cut, FaultKind::torn_write, FaultKind::failed_write, FaultKind::lose_link, FaultKind::silence}) {
      DeviceWorld whole;
      whole.registers_by(way);
      whole.power_on();
      ASSERT_TRUE(ends_online(whole));
      for (std::size_t at = 0; at < whole.inputs_given; ++at) {
        SCOPED_TRACE("way " + std::to_string(static_cast<int>(way)) + " fault " + std::to_string(static_cast<int>(kind)) + " at input " +
                     std::to_string(at));
        DeviceWorld world;
        world.registers_by(way);
        world.fault = {kind, at};
        world.power_on();
        EXPECT_TRUE(ends_online(world));
        world.cut_power();
        world.events.clear();
        EXPECT_TRUE(ends_online(world)) << "after a night without power";
      }
    }
  }
}

TEST(DeviceRegistration, ASecretThatFlashRefusesIsNotUsedButAskedForAgain) {
  DeviceWorld world;
  world.registers_by(Registration::http);
  world.fault = {FaultKind::failed_write, 3};
  world.power_on();
  ASSERT_TRUE(ends_online(world));
  EXPECT_TRUE(world.has_event("registration_failed flash_failed"));
  EXPECT_EQ(world.platform.registrations.size(), 2U);
}

TEST(DeviceRegistration, ARefusalIsReportedWithItsCodeAndAskedForAgainAfterAWait) {
  DeviceWorld world;
  world.registers_by(Registration::http);
  world.platform.registration_body = R"({"code":6288,"message":"dynamic registration is off"})";
  world.power_on();
  world.settle();
  EXPECT_TRUE(world.has_event("registration_failed service_error code=6288"));
  EXPECT_EQ(world.delays.size(), 1U);
  world.platform.registration_body.clear();
  EXPECT_TRUE(ends_online(world));
}

TEST(DeviceRegistration, AnAnswerWithoutAUsableSecretIsNone) {
  for (const char* body : {R"({"code":200,"data":{}})", R"({"code":200,"data":{"deviceSecret":""}})",
                           R"({"code":200,"data":{"deviceSecret":"two words"}})", R"({"code":200,"data":{"deviceSecret":7}})", "no JSON"}) {
    SCOPED_TRACE(body);
    DeviceWorld world;
    world.registers_by(Registration::http);
    world.platform.registration_body = body;
    world.power_on();
    world.settle();
    EXPECT_TRUE(world.has_event("registration_failed"));
    EXPECT_TRUE(world.flash[limits::secret_slot].empty());
  }
}

TEST(DeviceRegistration, AMessageForAnotherDeviceBringsNoSecret) {
  DeviceWorld world;
  world.registers_by(Registration::mqtt);
  world.platform.registration_message = R"({"productKey":"a1TestPK001","deviceName":"dev2","deviceSecret":"x"})";
  world.power_on();
  world.settle();
  EXPECT_TRUE(world.has_event("registration_failed secret_invalid"));
  EXPECT_TRUE(world.flash[limits::secret_slot].empty());
}

TEST(DeviceRegistration, NoEventTellsASecret) {
  for (const Registration way : {Registration::http, Registration::mqtt}) {
    DeviceWorld world;
    world.registers_by(way);
    world.plays_application = false;
    world.power_on();
    world.settle();
    for (const std::string& event : world.events) {
      EXPECT_EQ(event.find("its-own-secret"), std::string::npos) << event;
      EXPECT_EQ(event.find("product-secret"), std::string::npos) << event;
    }
  }
}

}  // namespace
}  // namespace fleetsim::device::testing
