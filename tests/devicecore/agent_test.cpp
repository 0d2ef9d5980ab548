// The agent above an engine that is slower than ours: one that still delivers what was on its way when it was asked to disconnect.
#include "devicecore/agent.hpp"

#include <gtest/gtest.h>
#include <memory>

#include "devicecore/profiles/list.hpp"
#include "tests/devicecore/event_text.hpp"
#include "tests/devicecore/test_hmac.hpp"

namespace fleetsim::device::testing {
namespace {

class AgentTest : public ::testing::Test {
 protected:
  AgentTest() : arena_(BlockPool::arena_bytes(counts) / sizeof(std::max_align_t)), pool_(memory(), counts) {
    config_.profile = &reference_profile;
    config_.hmac = test_hmac();
  }
  MutableBytes memory() { return {reinterpret_cast<std::uint8_t*>(arena_.data()), arena_.size() * sizeof(std::max_align_t)}; }

  /// What the agent reported in this step.
  template <class Happening>
  std::vector<std::string> tell(const Happening& happening) {
    requests_.clear();
    return reported([&](const StepContext& context) { agent_.step(context, happening, requests_); });
  }
  template <class Work>
  std::vector<std::string> reported(const Work& work) {
    workspace_->reset();
    work(StepContext{now_, 1, config_, pool_, *workspace_});
    std::vector<std::string> events;
    for (const Action& action : workspace_->actions())
      if (const auto* report = std::get_if<Report>(&action)) events.push_back(text_of_event(report->event));
    return events;
  }
  void go_online() {
    std::vector<std::uint8_t> slot(limits::endpoint_slot_bytes);
    SlotRecord record;
    record.endpoint.host.assign("a.example");
    record.endpoint.port = 1883;
    encode_slot(record, slot);
    config_.fixed_host = "a.example";  // of firmware that does not bootstrap
    config_.fixed_port = 1883;
    tell(Input{PowerOn{slot, {}}});
    tell(EngineEvent{MqttOpened{}});
    tell(EngineEvent{MqttConnected{}});
    ASSERT_EQ(agent_.state(), AgentState::online);
  }
  EngineEvent message(std::string_view topic, std::string_view payload) { return MqttMessage{topic, bytes_of(payload)}; }

  static constexpr BlockPool::Counts counts{.small = 0, .medium = 2, .large = 0, .huge = 0};
  static constexpr std::string_view notify_topic = "/sys/a1TestPK001/dev1/thing/bootstrap/notify";
  static constexpr std::string_view notify = R"({"id":"1","method":"thing.bootstrap.notify","params":{"cmd":0}})";
  std::vector<std::max_align_t> arena_;
  BlockPool pool_;
  std::unique_ptr<Workspace> workspace_ = std::make_unique<Workspace>();
  DeviceConfig config_;
  Instant now_{std::chrono::seconds{1}};
  AgentRequests requests_;
  Agent agent_{*Identity::parse("a1TestPK001", "dev1", "secret")};
};

TEST_F(AgentTest, ASecondNotifyWhileLeavingCausesNothing) {
  go_online();
  tell(message(notify_topic, notify));
  ASSERT_EQ(requests_.all().size(), 2U);
  EXPECT_TRUE(std::holds_alternative<MqttPublish>(requests_.all()[0]));
  EXPECT_TRUE(std::holds_alternative<MqttDisconnect>(requests_.all()[1]));
  EXPECT_EQ(agent_.state(), AgentState::leaving);
  EXPECT_EQ(tell(message(notify_topic, notify)), (std::vector<std::string>{"notify_ignored 1"}));
  EXPECT_TRUE(requests_.all().empty());
}

TEST_F(AgentTest, OtherMessagesAreGivenEvenWhileLeaving) {
  go_online();
  tell(message(notify_topic, notify));
  EXPECT_EQ(tell(message("t", "last words")), (std::vector<std::string>{"message_received t last words"}));
}

TEST_F(AgentTest, ALateAnswerToAConnectThatWasGivenUpIsIgnored) {
  go_online();
  tell(EngineEvent{MqttClosed{}});
  now_ = agent_.next_deadline();
  tell(Input{DeadlineReached{}});
  ASSERT_EQ(agent_.state(), AgentState::connecting);
  now_ = agent_.next_deadline();
  tell(Input{DeadlineReached{}});
  ASSERT_EQ(agent_.state(), AgentState::leaving);
  EXPECT_TRUE(tell(EngineEvent{MqttConnected{}}).empty());
  EXPECT_TRUE(tell(EngineEvent{MqttOpened{}}).empty());
  EXPECT_EQ(agent_.state(), AgentState::leaving);
}

TEST_F(AgentTest, TellsOfItsReplyToANotifyOnlyWhenTheEngineHasTakenIt) {
  go_online();
  EXPECT_EQ(tell(message(notify_topic, notify)), (std::vector<std::string>{"notified 1"}));
  const MqttPublish reply = std::get<MqttPublish>(requests_.all()[0]);
  EXPECT_EQ(reported([&](const StepContext& context) { agent_.request_sent(context, reply); }),
            (std::vector<std::string>{"notify_reply_sent 1"}));
}

TEST_F(AgentTest, AsksAgainForAFilterOfItsOwnThatTheEngineHadNoRoomFor) {
  config_.profile = &node_sdk_profile;
  go_online();
  ASSERT_EQ(requests_.all().size(), 4U);
  const MqttSubscribe taken = std::get<MqttSubscribe>(requests_.all()[0]);
  const MqttSubscribe refused = std::get<MqttSubscribe>(requests_.all()[3]);
  const std::string filter(refused.filter);
  EXPECT_TRUE(reported([&](const StepContext& context) { agent_.request_rejected(context, refused.token, Failure::no_room); }).empty());
  tell(EngineEvent{MqttSubscribed{taken.token, 1}});
  ASSERT_EQ(requests_.all().size(), 1U);
  EXPECT_EQ(std::get<MqttSubscribe>(requests_.all()[0]).filter, filter);
}

TEST_F(AgentTest, AShadowRequestThatTheEngineRefusesIsRejectedAndWaitsForNoReply) {
  go_online();
  tell(Input{ShadowCommand{{}, 6}});
  ASSERT_EQ(requests_.all().size(), 1U);
  const Token token = std::get<MqttPublish>(requests_.all()[0]).token;
  EXPECT_EQ(reported([&](const StepContext& context) { agent_.request_rejected(context, token, Failure::no_room); }),
            (std::vector<std::string>{"publish_rejected no_room #6"}));
  EXPECT_EQ(tell(message("/shadow/get/a1TestPK001/dev1", R"({"method":"reply","payload":{"status":"success"}})")),
            (std::vector<std::string>{R"(shadow_received code=200 reply {"status":"success"})"}));
}

TEST_F(AgentTest, LeavesARefusedLinkToItsEngine) {  // which has closed it in an orderly way
  go_online();
  tell(EngineEvent{MqttClosed{}});
  now_ = agent_.next_deadline();
  tell(Input{DeadlineReached{}});
  tell(EngineEvent{MqttOpened{}});
  EXPECT_EQ(tell(EngineEvent{MqttConnected{5, false}}), (std::vector<std::string>{"connect_refused connack_refused code=5"}));
  EXPECT_TRUE(requests_.all().empty());
  EXPECT_EQ(agent_.state(), AgentState::leaving);
}

TEST_F(AgentTest, ASecondMqttClosedIsIgnored) {
  go_online();
  EXPECT_EQ(tell(EngineEvent{MqttClosed{}}).size(), 2U);
  EXPECT_TRUE(tell(EngineEvent{MqttClosed{}}).empty());
}

}  // namespace
}  // namespace fleetsim::device::testing
