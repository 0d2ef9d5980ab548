// Misbehaviour over the console's API.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "platform-mock/core/misbehaviour/engine.hpp"
#include "platform-mock/core/misbehaviour/list.hpp"
#include "tests/platform-mock/console_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(ConsoleMisbehaviour, IsSetListedAndDeleted) {
  ConsoleWorld world;
  const Answered set = world.post(makers, "/misbehaviour",
                                  R"({"name":"slow","kind":"mqtt_late","arguments":{"packet":"puback","delay_ms":1500},"share":0.25,
                                      "devices":["a1TestPK001/dev*"],"endpoint":"iotx-oxssharez200","calls":{"from":2,"to":3},"times":7,
                                      "lasts_ms":60000})");
  ASSERT_EQ(set.status, 201U) << set.body;
  const auto rules = world.platform.misbehaviour().rules(world.now);
  ASSERT_EQ(rules.size(), 1U);
  const misbehaviour::Rule wanted{.name = "slow",
                                  .kind = "mqtt_late",
                                  .arguments = {{"packet", std::string{"puback"}}, {"delay", Duration{1500ms}}},
                                  .devices = {"a1TestPK001/dev*"},
                                  .share = 0.25,
                                  .endpoint = "iotx-oxssharez200",
                                  .calls = misbehaviour::Calls{.first = 2, .last = 3},
                                  .times = 7,
                                  .lasts = 60s};
  EXPECT_EQ(rules[0].rule, wanted);
  ASSERT_EQ(world.post(makers, "/misbehaviour", R"({"kind":"job_jitter","arguments":{"before_device":0}})").status, 201U);
  EXPECT_EQ(world.post(makers, "/misbehaviour", R"({"kind":"mqtt_kick","calls":{"first":2}})").number("/calls/to"), 2);
  EXPECT_EQ(world.post(makers, "/misbehaviour", R"({"kind":"mqtt_kick","calls":{"every":3}})").text("/name"), "mqtt_kick-2");
  world.post(makers, "/jobs", R"({"product":"a1TestPK001","source":{"instance":"iotx-oxssharez200"},
    "targets":[{"instance":"iotx-oxssharez400"}],"devices":["dev1"]})");
  const Answered listed = world.get(makers, "/misbehaviour");
  EXPECT_EQ(listed.number("/fired"), 1);
  EXPECT_EQ(listed.at("/rules").as_array().size(), 4U);
  EXPECT_EQ(listed.number("/rules/0/arguments/delay_ms"), 1500);
  EXPECT_EQ(listed.text("/rules/1/name"), "job_jitter");
  EXPECT_EQ(listed.number("/rules/1/fired"), 1);
  EXPECT_EQ(listed.number("/rules/3/calls/every"), 3);
  EXPECT_EQ(world.post(makers, "/misbehaviour/slow/delete").text("/deleted"), "slow");
  EXPECT_EQ(world.post(makers, "/misbehaviour/slow/delete").status, 404U);
  EXPECT_EQ(world.post(makers, "/misbehaviour/delete").number("/deleted"), 3);
  EXPECT_TRUE(world.get(makers, "/misbehaviour").at("/rules").as_array().empty());
}

TEST(ConsoleMisbehaviour, ThatCannotBeIsRefusedWithWhatIsWrongAndNothingIsSet) {
  ConsoleWorld world;
  const auto message = [&](std::string_view body) {
    const Answered answer = world.post(makers, "/misbehaviour", body);
    EXPECT_EQ(answer.status, 400U) << body;
    return answer.text("/message");
  };
  EXPECT_EQ(message("{}"), "there is no kind \"\"");
  EXPECT_EQ(message(R"({"kind":"rain"})"), "there is no kind \"rain\"");
  EXPECT_EQ(message(R"({"kind":7})"), "kind must be a text");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","colour":"red"})"), "colour is unknown");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","arguments":{"after":"2s"}})"), "arguments.after is unknown");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","arguments":{"after_ms":99999999}})"), "after must be a duration from 0 to 3600000 ms");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","arguments":{"after_ms":-1}})"), "arguments.after_ms must be a whole number from 0");
  EXPECT_EQ(message(R"({"kind":"mqtt_connack","arguments":{"code":18446744073709551615}})"),
            "arguments.code must be a whole number from 0");
  EXPECT_EQ(message(R"({"kind":"mqtt_connack","arguments":{"code":256}})"), "code must be a whole number from 1 to 255");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","share":"half"})"), "share must be a number");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","share":1.5})"), "share must be above 0 and at most 1");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","devices":["dev1"]})"),
            "devices must be like productKey/deviceName or productKey/meter-*, not \"dev1\"");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","devices":[1]})"), "devices[0] must be a text");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","calls":{}})"), "calls.first must be alone, or calls.every alone, or calls.from and calls.to");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","calls":{"first":0}})"), "calls must be counted from 1, from a smaller to a larger number");
  EXPECT_EQ(message(R"({"kind":"mqtt_kick","endpoint":"nowhere"})"), "endpoint: there is no instance \"nowhere\"");
  EXPECT_TRUE(world.platform.misbehaviour().rules(world.now).empty());
}

TEST(ConsoleMisbehaviour, TellsItsKindsAsTheDescriptionDoes) {
  ConsoleWorld world;
  const Answered kinds = world.get(makers, "/misbehaviour/kinds");
  std::set<std::string> told;
  for (const auto& kind : kinds.at("/kinds").as_array()) told.emplace(std::string_view{kind.at("name").as_string()});
  EXPECT_EQ(told.size(), misbehaviour::kinds().size());
  std::ifstream file(FLEETSIM_CONSOLE_DESCRIPTION);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const boost::json::value description = boost::json::parse(text);
  std::set<std::string> described;
  for (const auto& kind : description.at_pointer("/components/schemas/MisbehaviourRule/properties/kind/enum").as_array())
    described.emplace(std::string_view{kind.as_string()});
  EXPECT_EQ(described, told);
  EXPECT_EQ(kinds.text("/kinds/0/parameters/0/name"), "status");
}

}  // namespace
}  // namespace fleetsim::platform
