// World external's orders to the console: misbehaviour set, healed, counted and taken back; why jobs stand still; who is in handover.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/controller/managed_platform_world.hpp"

namespace fleetsim::sim {
namespace {

using test::Form;
using test::ScriptedManagement;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ManagedConsoleTest : public test::ManagedPlatformTest {};

/// A console that takes rules of misbehaviour: `fired` by name, gone when they are deleted.
class ScriptedConsole {
 public:
  std::map<std::string, int> fired;
  std::vector<std::string> bodies;
  std::vector<std::string> deleted;

  std::string answer(const Form& form) {
    if (form.count("body") == 1 && form.at("POST") == "/console/api/misbehaviour") {
      bodies.push_back(form.at("body"));
      const bool named = form.at("body").find(R"("name":"busy")") != std::string::npos;
      const std::string name = named ? "busy" : "mqtt_kick-2";
      fired.emplace(name, 0);
      return R"({"name":")" + name + R"("})";
    }
    if (form.count("GET") == 1) {
      std::string rules;
      for (const auto& [name, count] : fired)
        rules += (rules.empty() ? "" : ",") + (R"({"name":")" + name + R"(","fired":)" + std::to_string(count)) + "}";
      return R"({"rules":[)" + rules + "]}";
    }
    const std::string path = form.count("POST") == 1 ? form.at("POST") : "";
    const std::string prefix = "/console/api/misbehaviour/";
    const std::string name = path.substr(prefix.size(), path.rfind("/delete") - prefix.size());
    if (fired.erase(name) == 0)
      return "HTTP/1.1 404 Not Found\r\nContent-Length: 56\r\n\r\n" +
             std::string(R"({"code":"iot.system.IllegalRequest","message":"no rule"})");
    deleted.push_back(name);
    return R"({"deleted":"x"})";
  }
};

TEST_F(ManagedConsoleTest, TellsTheConsoleWholeRulesOfMisbehaviour) {
  ScriptedConsole console;
  ScriptedManagement api([&](const Form& form) { return console.answer(form); });
  const auto platform = platform_at(api.port());
  platform::MisbehaviourRule rule;
  rule.name = "busy";
  rule.kind = "bootstrap_status";
  rule.arguments = {{"status", std::int64_t{503}}, {"delay", Duration{std::chrono::seconds{2}}}, {"packet", std::string("puback")}};
  rule.devices = {"a1TestPK001/meter-*"};
  rule.endpoint = "bootstrap";
  rule.calls = platform::misbehaviour::Calls{.first = 2, .last = 4};
  rule.times = 7;
  rule.lasts = std::chrono::milliseconds{1500};
  EXPECT_EQ(platform->misbehave(rule), "");
  EXPECT_THAT(
      console.bodies,
      ElementsAre(R"({"kind":"bootstrap_status","share":1E0,"name":"busy","devices":["a1TestPK001/meter-*"],"endpoint":"bootstrap",)"
                  R"("calls":{"from":2,"to":4},"times":7,"lasts_ms":1500,)"
                  R"("arguments":{"status":503,"delay_ms":2000,"packet":"puback"}})"));
  rule = {};
  rule.kind = "mqtt_kick";
  rule.calls = platform::misbehaviour::Calls{.every = 3};
  EXPECT_EQ(platform->misbehave(rule), "");
  EXPECT_EQ(console.bodies.back(), R"({"kind":"mqtt_kick","share":1E0,"calls":{"every":3}})");
}

TEST_F(ManagedConsoleTest, HealsWhatIsNamedAndSaysHowOftenItFired) {
  ScriptedConsole console;
  console.fired = {{"busy", 4}, {"late", 0}, {"other", 9}};
  ScriptedManagement api([&](const Form& form) { return console.answer(form); });
  const auto platform = platform_at(api.port());
  const HealOutcome two = platform->heal({"busy", "late", "gone"});
  EXPECT_EQ(two.error, "the platform has no misbehaviour \"gone\"");
  ASSERT_EQ(two.healed.size(), 2u);
  EXPECT_EQ(two.healed[0].name + std::to_string(two.healed[0].fired), "busy4");
  EXPECT_EQ(two.healed[1].name + std::to_string(two.healed[1].fired), "late0");
  EXPECT_THAT(console.deleted, ElementsAre("busy", "late"));
  EXPECT_EQ(platform->heal({}).healed.size(), 1u) << "none named: all";
  EXPECT_EQ(platform->misbehaviour(), (std::map<std::string, std::uint64_t>{{"busy", 4}, {"late", 0}, {"other", 9}}));
}

TEST_F(ManagedConsoleTest, TakesBackTheRulesThatItSetAndNoOthers) {
  ScriptedConsole console;
  console.fired = {{"theirs", 1}};
  ScriptedManagement api([&](const Form& form) { return console.answer(form); });
  const auto platform = platform_at(api.port());
  platform::MisbehaviourRule rule;
  rule.kind = "mqtt_kick";
  platform->misbehave(rule);
  rule.name = "busy";
  platform->misbehave(rule);
  console.fired["busy"] = 3;
  EXPECT_EQ(platform->misbehaviour().at("busy"), 3u);
  EXPECT_EQ(platform->misbehaviour().count("theirs"), 0u);
  console.fired.erase("mqtt_kick-2");                   // somebody else was quicker
  platform->set_pause([](Duration) { return false; });  // the run is over
  platform->take_back_rules();
  EXPECT_THAT(console.deleted, ElementsAre("busy"));
  EXPECT_EQ(console.fired, (std::map<std::string, int>{{"theirs", 1}}));
}

TEST_F(ManagedConsoleTest, AJobThatIsStuckOrHasFailedIsToldWithTheConsolesReason) {
  for (const auto& [job, why] : std::map<std::string, std::string>{
           {R"({"state":"failed","failure":"network jitter before device 2"})", "job J1 has failed: network jitter before device 2"},
           {R"({"state":"distributing","failure":"","stuck":true,"devices":{"waiting":2}})",
            "job J1 is stuck in distributing, 2 devices wait"}}) {
    const std::string status = job.find("failed") != std::string::npos ? "3" : "1";
    ScriptedManagement api(answers([&, console = job](const Form& form) -> std::string {
      if (form.count("GET") == 1 && form.at("GET") == "/console/api/jobs/J1") return console;
      if (form.count("POST") == 1)
        return "HTTP/1.1 403 Forbidden\r\nContent-Length: 47\r\n\r\n" + std::string(R"({"code":"iot.system.X","message":"not so soon"})");
      return instead_of("QueryDeviceDistributeJob", R"({"Success":true,"Data":{"Status":)" + status + "}}")(form);
    }));
    const auto platform = platform_at(api.port());
    EXPECT_EQ(hand_over(*platform).refused, why);
    const JobCount jobs = platform->retry_jobs("there");
    EXPECT_EQ(jobs.why_unfinished, why);
    EXPECT_THAT(jobs.last_refusal, HasSubstr("job J1: "));
    EXPECT_EQ(jobs.done, 0u);
  }
}

TEST_F(ManagedConsoleTest, KnowsFromTheConsoleWhoIsInHandover) {
  ScriptedManagement api([](const Form& form) -> std::string {
    const std::string& target = form.at("GET");
    if (target.find("instance=iotx-oxssharez400") != std::string::npos)
      return "HTTP/1.1 404 Not Found\r\nContent-Length: 45\r\n\r\n" + std::string(R"({"code":"iot.system.N","message":"not there"})");
    if (target.find("page=1") == std::string::npos) return R"({"devices":[]})";
    return R"({"devices":[{"device":"meter-0","in_handover":false},{"device":"meter-2","in_handover":true}]})";
  });
  const auto platform = platform_at(api.port());
  const auto in_handover = platform->all_in_handover({{"iotx-oxssharez200", "h"}, {"iotx-oxssharez400", "h"}});
  ASSERT_TRUE(in_handover);
  EXPECT_THAT(*in_handover, ElementsAre(false, false, true));
}

TEST_F(ManagedConsoleTest, WhoeverIsWithTheRecipientOfAJobThatHasStoppedIsInHandoverToo) {
  ScriptedManagement api([](const Form& form) -> std::string {
    if (form.count("POST") == 1 && form.at("POST") == "/console/api/verification-codes")
      return R"({"sent_to":{"id":"198001","name":"partner"}})";
    if (form.count("POST") == 1) return R"({"id":"J1"})";
    if (form.count("GET") == 0) return R"({"Success":true,"Data":{"Status":3}})";
    const std::string& target = form.at("GET");
    if (target == "/console/api/inbox") return R"({"messages":[{"verification_code":"123456"}]})";
    if (target == "/console/api/jobs/J1") return R"({"state":"failed","failure":"network jitter before device 1"})";
    if (target.find("page=1") == std::string::npos) return R"({"devices":[]})";
    const bool is_recipient = form.at("account") == "198001";
    return is_recipient ? R"({"devices":[{"device":"meter-0","in_handover":true}]})"
                        : R"({"devices":[{"device":"meter-1","in_handover":false}]})";
  });
  const auto platform = platform_at(api.port());
  step_.target_account = "partner";
  step_.may_fail = true;
  EXPECT_THAT(hand_over(*platform).stopped, HasSubstr("network jitter"));
  const auto in_handover = platform->all_in_handover({{"iotx-oxssharez200", "h"}});
  ASSERT_TRUE(in_handover);
  EXPECT_THAT(*in_handover, ElementsAre(true, false, false));
}

TEST_F(ManagedConsoleTest, ADeviceThatIsAwaitedAtAnInstanceIsNotThereYet) {
  ScriptedManagement api([](const Form& form) -> std::string {
    if (form.count("GET") == 0) return R"({"Success":true,"Data":{"Status":"UNACTIVE"}})";
    if (form.at("GET").find("page=1") == std::string::npos) return R"({"devices":[]})";
    return R"({"devices":[{"device":"meter-0","in_handover":true},{"device":"meter-1","in_handover":false}]})";
  });
  const auto platform = platform_at(api.port());
  ExpectStep step;
  step.at = "iotx-oxssharez400";
  const WorkCount seen = platform->look(roster_.groups[0], step);
  EXPECT_EQ(seen.asked, 3u);
  EXPECT_EQ(seen.done, 2u);
  EXPECT_THAT(seen.first_reason, HasSubstr("meter-0: it is not at iotx-oxssharez400"));
}

}  // namespace
}  // namespace fleetsim::sim
