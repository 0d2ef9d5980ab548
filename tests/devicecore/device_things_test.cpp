// The thing model beside the property post: requests and their replies, what the platform sets, the shadow, the time of day.
#include <gtest/gtest.h>

#include "devicecore/clock_sync.hpp"
#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

class DeviceThings : public ::testing::Test {
 protected:
  void SetUp() override {
    world.go_online();
    world.all_sent[1].clear();
  }
  void arrives(const std::string& topic, const std::string& payload) {
    world.from_platform(publish_packet(topic, payload));
    world.settle();
  }
  bool sent(const std::string& topic, const std::string& payload) const {
    return world.all_sent[1].find(topic + payload) != std::string::npos;
  }
  DeviceWorld world;
};

TEST_F(DeviceThings, EachRequestHasItsTopicAndMethodAndIsMatchedByItsId) {
  struct Case {
    AlinkRequest what;
    std::string name;
    std::string topic;
    std::string method;
  };
  const std::vector<Case> cases = {
      {AlinkRequest::event_post, "alarm", "/sys/a1TestPK001/dev1/thing/event/alarm/post", "thing.event.alarm.post"},
      {AlinkRequest::desired_get, "", "/sys/a1TestPK001/dev1/thing/property/desired/get", "thing.property.desired.get"},
      {AlinkRequest::desired_delete, "", "/sys/a1TestPK001/dev1/thing/property/desired/delete", "thing.property.desired.delete"},
      {AlinkRequest::tags_update, "", "/sys/a1TestPK001/dev1/thing/deviceinfo/update", "thing.deviceinfo.update"},
      {AlinkRequest::tags_delete, "", "/sys/a1TestPK001/dev1/thing/deviceinfo/delete", "thing.deviceinfo.delete"},
      {AlinkRequest::tags_get, "", "/sys/a1TestPK001/dev1/thing/deviceinfo/get", "thing.deviceinfo.get"},
      {AlinkRequest::config_get, "", "/sys/a1TestPK001/dev1/thing/config/get", "thing.config.get"},
      {AlinkRequest::upgrade_query, "", "/sys/a1TestPK001/dev1/thing/ota/firmware/get", "thing.ota.firmware.get"},
      {AlinkRequest::topology_add, "", "/sys/a1TestPK001/dev1/thing/topo/add", "thing.topo.add"},
      {AlinkRequest::topology_delete, "", "/sys/a1TestPK001/dev1/thing/topo/delete", "thing.topo.delete"},
      {AlinkRequest::topology_get, "", "/sys/a1TestPK001/dev1/thing/topo/get", "thing.topo.get"},
      {AlinkRequest::sub_register, "", "/sys/a1TestPK001/dev1/thing/sub/register", "thing.sub.register"},
  };
  Token token = 100;
  for (const Case& one : cases) {
    const std::string id = std::to_string(++token - 100);
    world.give(AlinkCommand{one.what, one.name, R"({"a":[1]})", token});
    EXPECT_TRUE(sent(one.topic, R"({"id":")" + id + R"(","version":"1.0","params":{"a":[1]},"method":")" + one.method + R"("})"))
        << one.topic;
    EXPECT_TRUE(world.take_events().empty());
    arrives(one.topic + "_reply", R"({"id":")" + id + R"(","code":200,"data":{"x":[1,{"y":2}]}})");
    EXPECT_EQ(world.take_events(), (Events{"request_replied code=200 #" + std::to_string(token) + R"( {"x":[1,{"y":2}]})"})) << one.topic;
  }
}

TEST_F(DeviceThings, TheSessionsOfSubDevicesHaveAnEnvelopeWithoutMethod) {
  world.give(AlinkCommand{AlinkRequest::sub_logout, {}, R"({"productKey":"p","deviceName":"s"})", 5});
  EXPECT_TRUE(sent("/ext/session/a1TestPK001/dev1/combine/logout", R"({"id":"1","params":{"productKey":"p","deviceName":"s"}})"));
  arrives("/ext/session/a1TestPK001/dev1/combine/logout_reply", R"({"id":"1","code":520})");
  EXPECT_EQ(world.take_events(), (Events{"request_replied code=520 #5"}));
}

TEST_F(DeviceThings, RequestsAndPropertyPostsShareTheirIdsAndAreNotConfused) {
  world.give(AlinkCommand{AlinkRequest::desired_get, {}, R"(["power"])", 7});
  world.give(PostProperty{"{}", 8});
  world.settle();
  arrives("/sys/a1TestPK001/dev1/thing/property/desired/get_reply", R"({"id":"1","code":200,"data":{"power":{"value":1,"version":3}}})");
  EXPECT_EQ(world.take_events(), (Events{"property_posted #8", "property_replied code=200 #8",
                                         R"(request_replied code=200 #7 {"power":{"value":1,"version":3}})"}));
}

TEST_F(DeviceThings, AReplyToNothingIsAMessageLikeAnyOther) {
  arrives("/sys/a1TestPK001/dev1/thing/config/get_reply", R"({"id":"9","code":200})");
  arrives("/sys/a1TestPK001/dev2/thing/config/get_reply", R"({"id":"9","code":200})");
  EXPECT_EQ(world.count_events("message_received"), 2U);
}

TEST_F(DeviceThings, WhatCannotBeSentIsRejected) {
  world.give(AlinkCommand{AlinkRequest::event_post, "", "{}", 1});
  world.give(AlinkCommand{AlinkRequest::event_post, "a/b", "{}", 2});
  world.give(AlinkCommand{AlinkRequest::event_post, std::string(limits::alink_name_bytes_max + 1, 'x'), "{}", 3});
  world.give(AlinkCommand{AlinkRequest::tags_get, "name", "{}", 4});
  const std::string huge(limits::scratch_bytes, 'x');
  world.give(AlinkCommand{AlinkRequest::tags_update, {}, huge, 5});
  world.give(ShadowCommand{{ShadowMethod::update, huge, 1}, 6});
  EXPECT_EQ(world.take_events(), (Events{"publish_rejected message_malformed #1", "publish_rejected message_malformed #2",
                                         "publish_rejected message_malformed #3", "publish_rejected message_malformed #4",
                                         "publish_rejected too_large #5", "publish_rejected too_large #6"}));
  EXPECT_TRUE(world.all_sent[1].empty());
}

TEST(DeviceThingsOffline, AreRejected) {
  DeviceWorld world;
  world.give(AlinkCommand{AlinkRequest::tags_get, {}, "[]", 1});
  world.give(ShadowCommand{{}, 2});
  world.give(ReadClock{});
  EXPECT_EQ(world.take_events(),
            (Events{"publish_rejected not_online #1", "publish_rejected not_online #2", "publish_rejected not_online"}));
}

TEST_F(DeviceThings, APropertySetIsAnsweredAndTold) {
  arrives("/sys/a1TestPK001/dev1/thing/service/property/set",
          R"({"id":"123","version":"1.0","params":{"temperature":30.5},"method":"thing.service.property.set"})");
  EXPECT_EQ(world.take_events(), (Events{R"(property_set 123 {"temperature":30.5})"}));
  EXPECT_TRUE(sent("/sys/a1TestPK001/dev1/thing/service/property/set_reply", R"({"id":"123","code":200,"data":{}})"));
}

TEST_F(DeviceThings, AConfigPushIsAnsweredAndTold) {
  arrives("/sys/a1TestPK001/dev1/thing/config/push",
          R"({"id":7,"params":{"configId":"c","url":"https://x"},"method":"thing.config.push"})");
  EXPECT_EQ(world.take_events(), (Events{R"(config_pushed 7 {"configId":"c","url":"https://x"})"}));
  EXPECT_TRUE(sent("/sys/a1TestPK001/dev1/thing/config/push_reply", R"({"id":7,"code":200,"data":{}})"));
}

TEST_F(DeviceThings, AnOrderThatCannotBeReadIsAMessageLikeAnyOther) {
  for (const char* text : {"", "{}", R"({"id":"1"})", R"({"params":{}})", R"({"id":{},"params":{}})"})
    arrives("/sys/a1TestPK001/dev1/thing/service/property/set", text);
  EXPECT_EQ(world.count_events("message_received"), 5U);
  EXPECT_TRUE(world.all_sent[1].empty());
}

TEST_F(DeviceThings, TheShadowIsGotUpdatedAndErased) {
  world.give(ShadowCommand{{}, 1});
  EXPECT_TRUE(sent("/shadow/update/a1TestPK001/dev1", R"({"method":"get"})"));
  arrives("/shadow/get/a1TestPK001/dev1",
          R"({"method":"reply","payload":{"status":"success","state":{"reported":{"t":1}},"version":3},"timestamp":1})");
  world.give(ShadowCommand{{ShadowMethod::update, R"({"reported":{"t":2}})", 4}, 2});
  EXPECT_TRUE(sent("/shadow/update/a1TestPK001/dev1", R"({"method":"update","state":{"reported":{"t":2}},"version":4})"));
  arrives("/shadow/get/a1TestPK001/dev1",
          R"({"method":"reply","payload":{"status":"error","content":{"errorcode":"409","errormessage":"old"}},"timestamp":1})");
  world.give(ShadowCommand{{ShadowMethod::erase, R"({"reported":"null"})", 5}, 3});
  EXPECT_TRUE(sent("/shadow/update/a1TestPK001/dev1", R"({"method":"delete","state":{"reported":"null"},"version":5})"));
  EXPECT_EQ(world.take_events(),
            (Events{R"(shadow_received code=200 #1 reply {"status":"success","state":{"reported":{"t":1}},"version":3})",
                    R"(shadow_received code=409 #2 reply {"status":"error","content":{"errorcode":"409","errormessage":"old"}})"}));
}

TEST_F(DeviceThings, AShadowControlHasNoToken) {
  world.give(ShadowCommand{{}, 1});
  arrives("/shadow/get/a1TestPK001/dev1", R"({"method":"control","payload":{"state":{"desired":{"t":9}}},"version":6,"timestamp":1})");
  EXPECT_EQ(world.take_events(), (Events{R"(shadow_received control {"state":{"desired":{"t":9}}})"}));
  arrives("/shadow/get/a1TestPK001/dev1", R"({"method":"reply","payload":{"status":"success"}})");
  EXPECT_EQ(world.take_events(), (Events{R"(shadow_received code=200 #1 reply {"status":"success"})"}));
}

TEST_F(DeviceThings, AShadowRequestIsNotAnsweredByWhatComesOnTheNextConnection) {
  world.give(ShadowCommand{{}, 1});
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(minutes{1});
  world.take_events();
  arrives("/shadow/get/a1TestPK001/dev1", R"({"method":"reply","payload":{"status":"success"}})");
  EXPECT_EQ(world.take_events(), (Events{R"(shadow_received code=200 reply {"status":"success"})"}));
}

TEST_F(DeviceThings, TheTimeOfDayIsReadWithHalfOfTheWay) {
  world.give(ReadClock{});
  EXPECT_TRUE(sent("/ext/ntp/a1TestPK001/dev1/request", R"({"deviceSendTime":"1000000"})"));
  world.now += milliseconds{120};
  arrives("/ext/ntp/a1TestPK001/dev1/response",
          R"({"deviceSendTime":"1000000","serverRecvTime":"1700000000010","serverSendTime":"1700000000030"})");
  EXPECT_EQ(world.take_events(), (Events{"clock_read 1700000000080"})) << "100 ms on the way: 50 of them back";
}

TEST(ClockSync, WhatMakesNoSenseIsNotRead) {
  const Instant now{seconds{100}};
  const auto reads = [&](const std::string& text) { return read_clock(bytes_of(text), now).has_value(); };
  EXPECT_TRUE(reads(R"({"deviceSendTime":"100000","serverRecvTime":"5","serverSendTime":"5"})"));
  EXPECT_FALSE(reads(R"({"deviceSendTime":"100001","serverRecvTime":"5","serverSendTime":"5"})")) << "asked in the future";
  EXPECT_FALSE(reads(R"({"deviceSendTime":"39999","serverRecvTime":"5","serverSendTime":"5"})")) << "asked too long ago";
  EXPECT_FALSE(reads(R"({"deviceSendTime":"99999","serverRecvTime":"5","serverSendTime":"4"})"));
  EXPECT_FALSE(reads(R"({"deviceSendTime":"99999","serverRecvTime":"5","serverSendTime":"7"})")) << "longer there than away";
  EXPECT_FALSE(reads(R"({"deviceSendTime":"99999","serverRecvTime":"5"})"));
  EXPECT_FALSE(reads(R"({"deviceSendTime":"x","serverRecvTime":"5","serverSendTime":"5"})"));
  EXPECT_FALSE(reads(R"({"deviceSendTime":"99999","serverRecvTime":"5","serverSendTime":"99999999999999999999"})"));
  EXPECT_FALSE(reads("junk"));
}

}  // namespace
}  // namespace fleetsim::device::testing
