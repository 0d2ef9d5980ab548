// World external's orders about devices themselves: they are registered, let to register themselves, disabled, enabled and deleted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/sim/controller/managed_platform_world.hpp"

namespace fleetsim::sim {
namespace {

using test::Form;
using test::ScriptedManagement;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* registration_path = "/console/api/products/a1TestPK001/dynamic-registration";

class ManagedDevicesTest : public test::ManagedPlatformTest {
 protected:
  static std::string action_of(const Form& form) {
    const auto named = form.find("Action");
    return named == form.end() ? "" : named->second;
  }
  /// Empty: it was not refused.
  std::string refusal_of(std::uint16_t port) {
    const auto opened = platform_at(port)->open_registration("a1TestPK001");
    return opened ? std::string{} : opened.error();
  }
  static std::string answer(const Form& form) {
    const std::string action = action_of(form);
    if (action == "QueryProduct") return R"({"Success":true,"Data":{"ProductKey":"a1TestPK001","ProductSecret":"product-secret"}})";
    if (action == "RegisterDevice") return R"({"Success":true,"Data":{"DeviceSecret":"given"}})";
    const bool knows = action == "QueryDeviceInfo" && form.at("DeviceName") == "meter-1" && form.at("IotInstanceId") == "iotx-b";
    if (knows) return R"({"Success":true,"Data":{"DeviceSecret":"told"}})";
    if (action == "QueryDeviceInfo" || (action == "DisableThing" && form.at("DeviceName") == "meter-2"))
      return R"({"Success":false,"Code":"iot.device.NotExistedDevice","ErrorMessage":"no such device"})";
    return R"({"Success":true})";
  }
};

TEST_F(ManagedDevicesTest, AProductIsOpenedByTheConsoleAndItsSecretToldByTheApi) {
  ScriptedManagement api(answer);
  const auto secret = platform_at(api.port())->open_registration("a1TestPK001");
  ASSERT_TRUE(secret);
  EXPECT_EQ(*secret, "product-secret");
  ASSERT_EQ(api.asked().size(), 2U);
  EXPECT_EQ(api.asked()[0].at("POST"), registration_path);
  EXPECT_EQ(api.asked()[0].at("body"), R"({"state":"on"})");
  EXPECT_EQ(api.asked()[1].at("ProductKey"), "a1TestPK001");
}

TEST_F(ManagedDevicesTest, AProductThatStaysShutOrKeepsItsSecretIsTold) {
  const std::string body = R"({"code":"iot.prod.NotExistedProduct","message":"no such product"})";
  ScriptedManagement shut([&](const Form& form) {
    const std::string refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return form.count("POST") == 1 ? refusal : answer(form);
  });
  EXPECT_EQ(refusal_of(shut.port()), "iot.prod.NotExistedProduct: no such product");
  ScriptedManagement silent([](const Form& form) {
    return action_of(form) == "QueryProduct" ? R"({"Success":true,"Data":{"ProductSecret":""}})" : answer(form);
  });
  EXPECT_EQ(refusal_of(silent.port()), "the platform tells no secret of it: it has none, or belongs to another account");
}

TEST_F(ManagedDevicesTest, DevicesThatAreToComeUnknownAreNotRegistered) {
  Scenario scenario;
  scenario.groups.resize(2);
  scenario.groups[1].registration = Registration::mqtt_nwl;
  roster_.devices[1].group = 1;
  ScriptedManagement api(answer);
  const auto platform = platform_at(api.port());
  EXPECT_FALSE(platform->register_devices(roster_, scenario));
  std::vector<std::string> registered;
  for (const Form& form : api.asked()) registered.push_back(form.at("DeviceName"));
  EXPECT_THAT(registered, ElementsAre("meter-0", "meter-2"));
  EXPECT_EQ(roster_.identity(0).device_secret(), "given");
  EXPECT_EQ(roster_.identity(1).device_secret(), "secret") << "as it was";
}

TEST_F(ManagedDevicesTest, TheirSecretsAreAskedForAtEachInstanceAndEmptyWhereNoneIsTold) {
  ScriptedManagement api(answer);
  EXPECT_THAT(platform_at(api.port())->secrets_of({1, 2}, {"iotx-a", "iotx-b"}), ElementsAre("told", ""));
  std::vector<std::string> asked;
  for (const Form& form : api.asked()) asked.push_back(form.at("DeviceName") + " " + form.at("IotInstanceId"));
  EXPECT_THAT(asked, ElementsAre("meter-1 iotx-a", "meter-1 iotx-b", "meter-2 iotx-a", "meter-2 iotx-b"));
}

TEST_F(ManagedDevicesTest, AreDisabledEnabledAndDeletedByTheApiWhereTheyAre) {
  ScriptedManagement api(answer);
  const auto platform = platform_at(api.port());
  ChangeDevicesStep step;
  step.at = "iotx-oxssharez200";
  for (const DeviceChange change : {DeviceChange::disabled, DeviceChange::enabled, DeviceChange::deleted}) {
    step.change = change;
    const WorkCount count = platform->change_devices(roster_.groups[0], step);
    EXPECT_EQ(count.asked, 3U);
    EXPECT_EQ(count.refused, change == DeviceChange::disabled ? 1U : 0U);
    EXPECT_EQ(count.done, 3U - count.refused);
    if (change == DeviceChange::disabled)
      EXPECT_EQ(count.first_reason, "a1TestPK001/meter-2: DisableThing: iot.device.NotExistedDevice: no such device");
    else
      EXPECT_THAT(count.first_reason, IsEmpty());
  }
  std::vector<std::string> actions;
  for (const Form& form : api.asked()) {
    actions.push_back(form.at("Action") + " " + form.at("DeviceName"));
    EXPECT_EQ(form.at("IotInstanceId"), "iotx-oxssharez200");
    EXPECT_EQ(form.at("ProductKey"), "a1TestPK001");
  }
  EXPECT_THAT(actions, ElementsAre("DisableThing meter-0", "DisableThing meter-1", "DisableThing meter-2", "EnableThing meter-0",
                                   "EnableThing meter-1", "EnableThing meter-2", "DeleteDevice meter-0", "DeleteDevice meter-1",
                                   "DeleteDevice meter-2"));
}

}  // namespace
}  // namespace fleetsim::sim
