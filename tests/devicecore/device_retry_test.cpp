// Failures that last: how long a device waits, when it gives an endpoint up, and that it never stops trying.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

void check_waits(const DeviceWorld& world) {
  const BackoffConfig& backoff = world.config.backoff;
  for (std::size_t i = 0; i < world.delays.size(); ++i) {
    EXPECT_GE(world.delays[i], backoff.floor) << "wait " << i;
    EXPECT_LE(world.delays[i], backoff_ceiling(backoff, static_cast<std::uint8_t>(std::min<std::size_t>(i + 1, 255)))) << "wait " << i;
  }
}

TEST(DeviceRetry, AStoredEndpointThatIsUnreachableGivesWayToBootstrap) {
  DeviceWorld world;
  world.go_online();
  world.dead_host = "a.example";
  world.platform.always_bootstraps_to = "b.example";
  world.platform.placement = TinyPlatform::Placement::handover;
  world.lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
  world.pass(minutes{2});
  EXPECT_EQ(world.take_events(), (Events{
                                     "connection_lost link",
                                     "retry_scheduled",  //
                                     "connect_started a.example:1883",
                                     "connect_failed link",
                                     "retry_scheduled",  //
                                     "connect_started a.example:1883",
                                     "connect_failed link",
                                     "retry_scheduled",  //
                                     "connect_started a.example:1883",
                                     "connect_failed link",
                                     "fell_back_to_bootstrap link",
                                     "retry_scheduled",
                                     "bootstrap_started global.example:443",
                                     "bootstrap_answered b.example:1883",
                                     "endpoint_stored b.example:1883 code=1",
                                     "connect_started b.example:1883",
                                     "connected b.example:1883",
                                 }));
  check_waits(world);
}

TEST(DeviceRetry, ARefusingEndpointGivesWayToBootstrap) {
  for (const std::uint8_t code : {std::uint8_t{4}, std::uint8_t{5}, std::uint8_t{3}}) {
    DeviceWorld world;
    world.go_online();
    world.platform.placement = TinyPlatform::Placement::at_b;  // given away while the device was offline
    world.platform.connack_code = code;
    const std::size_t aborts = world.aborts;
    world.lose_link(Leg::mqtt, LinkEnd::reset);
    world.run_until([&] { return world.has_event("fell_back_to_bootstrap connack_refused"); }, minutes{5});
    EXPECT_EQ(world.aborts, aborts) << "a link that is refused is closed, not reset";
    EXPECT_EQ(world.count_events("connect_refused connack_refused code=" + std::to_string(code)), 3U);
    world.platform.connack_code = 0;
    world.pass(minutes{2});
    EXPECT_EQ(world.device.agent().state(), AgentState::online);
    EXPECT_TRUE(world.has_event("connect_started b.example:1883"));
    EXPECT_EQ(world.count_events("disconnected"), 0U) << "a refused CONNECT was no session";
  }
}

TEST(DeviceRetry, AStoredEndpointIsUsedAtPowerOnWithoutBootstrap) {
  DeviceWorld world;
  world.go_online();
  world.cut_power();
  world.settle();
  EXPECT_EQ(world.take_events(), (Events{"connect_started a.example:1883", "connected a.example:1883"}));
  EXPECT_EQ(world.platform.bootstraps, 1);
}

TEST(DeviceRetry, BootstrapIsTriedForEverWithGrowingWaits) {
  DeviceWorld world;
  world.open_fails_with = LinkEnd::unreachable;
  world.power_on();
  world.pass(hours{2});
  EXPECT_GT(world.count_events("bootstrap_failed link"), 60U) << "at most 120 s apart";
  EXPECT_LT(world.count_events("bootstrap_failed link"), 400U);
  check_waits(world);
  world.open_fails_with = LinkEnd::closed_by_us;
  world.pass(minutes{3});
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST(DeviceRetry, EveryBadBootstrapAnswerIsNamedAndRetried) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const auto body = [&ok](const std::string& text) { return ok + "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text; };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"HTTP/1.1 404 Not Found\r\n\r\n", "bootstrap_failed http_status code=404"},
      {"HTTP/1.1 429 Too Many Requests\r\n\r\n", "bootstrap_failed http_status code=429"},
      {"HTTP/1.1 503 Unavailable\r\nContent-Length: 4\r\n\r\nbusy", "bootstrap_failed http_status code=503"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "bootstrap_failed http_malformed"},
      {ok + "Content-Length: 100000\r\n\r\n", "bootstrap_failed body_too_large"},
      {body("<html></html>"), "bootstrap_failed json_malformed"},
      {body(R"({"code":6100,"message":"device not found"})"), "bootstrap_failed service_error code=6100"},
      {body(R"({"code":200,"data":{}})"), "bootstrap_failed endpoint_missing code=200"},
      {body(R"({"code":200,"data":{"resources":{"mqtt":{"host":"h","port":0}}}})"), "bootstrap_failed endpoint_invalid code=200"},
  };
  for (const auto& [answer, event] : cases) {
    DeviceWorld world;
    world.platform.http_answer = answer;
    world.power_on();
    world.settle();
    EXPECT_EQ(world.take_events(), (Events{"bootstrap_started global.example:443", event, "retry_scheduled"}));
    EXPECT_EQ(world.device.agent().state(), AgentState::backing_off);
    EXPECT_EQ(world.pool.blocks_in_use(), 0U);
    world.platform.http_answer.clear();
    world.next_deadline();
    EXPECT_EQ(world.device.agent().state(), AgentState::online) << event;
  }
}

TEST(DeviceRetry, DoesNotComeBackBeforeTheTimeThatTheServerNames) {
  const std::string answer = "HTTP/1.1 503 Unavailable\r\nRetry-After: 600\r\n\r\n";
  DeviceWorld world;
  world.platform.http_answer = answer;
  world.power_on();
  world.settle();
  EXPECT_EQ(world.delays, std::vector<Duration>{seconds{600}});
  world.platform.http_answer = "HTTP/1.1 503 Unavailable\r\n\r\n";
  world.next_deadline();
  world.settle();
  ASSERT_EQ(world.delays.size(), 2U);
  EXPECT_LE(world.delays[1], backoff_ceiling(world.config.backoff, 2)) << "it was asked once";
}

TEST(DeviceRetry, ABootstrapAnswerMayEndWithItsLink) {
  DeviceWorld world;
  world.platform.http_answer =
      "HTTP/1.0 200 OK\r\n\r\n"
      R"({"code":200,"data":{"resources":{"mqtt":{"host":"a.example","port":1883}}}})";
  world.power_on();
  world.settle();
  EXPECT_EQ(world.device.agent().state(), AgentState::bootstrapping);
  world.lose_link(Leg::bootstrap, LinkEnd::closed_by_peer);
  world.settle();
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST(DeviceRetry, AResetDoesNotCompleteABootstrapAnswer) {
  DeviceWorld world;
  world.platform.http_answer =
      "HTTP/1.0 200 OK\r\n\r\n"
      R"({"code":200,"data":{"resources":{"mqtt":{"host":"a.example","port":1883}}}})";
  world.power_on();
  world.settle();
  world.lose_link(Leg::bootstrap, LinkEnd::reset);
  world.settle();
  EXPECT_TRUE(world.has_event("bootstrap_failed link"));
}

TEST(DeviceRetry, APoolWithoutRoomIsAFailureLikeAnother) {
  DeviceWorld world;
  std::vector<std::uint8_t*> taken;
  for (MutableBytes block = world.pool.acquire(1); !block.empty(); block = world.pool.acquire(1)) taken.push_back(block.data());
  world.power_on();
  world.settle();
  EXPECT_TRUE(world.has_event("bootstrap_failed no_room"));
  for (std::uint8_t* block : taken) world.pool.release(block);
  world.next_deadline();
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST(DeviceRetry, AServerThatAcceptsAndDropsMeetsLongerAndLongerWaits) {
  DeviceWorld world;
  world.go_online();
  for (int i = 0; i < 8; ++i) {
    world.lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
    world.settle();
    world.next_deadline();
    EXPECT_EQ(world.device.agent().state(), AgentState::online);
  }
  ASSERT_EQ(world.delays.size(), 8U);
  check_waits(world);
  Duration longest{0};
  for (const Duration delay : world.delays) longest = std::max(longest, delay);
  EXPECT_GT(longest, seconds{16});
  EXPECT_EQ(world.platform.bootstraps, 1) << "a lost session is no failure of the endpoint";
}

TEST(DeviceRetry, OnlyAStableTimeOnlineResetsTheWaits) {
  DeviceWorld world;
  world.config.keep_alive_s = 0;
  world.go_online();
  const auto drop_after = [&](Duration online) {
    world.pass(online);
    world.lose_link(Leg::mqtt, LinkEnd::reset);
    world.settle();
    world.next_deadline();
    return world.delays.back();
  };
  for (int i = 0; i < 6; ++i) drop_after(seconds{59});
  EXPECT_LE(drop_after(seconds{60}), seconds{2}) << "60 s online are stable: the first wait again";
  EXPECT_LE(drop_after(seconds{1}), seconds{4});
}

TEST(DeviceRetry, AShellWithoutDescriptorsIsNotTheEndpointsFault) {
  DeviceWorld world;
  world.go_online();
  world.open_fails_with = LinkEnd::no_resources;
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(minutes{20});
  EXPECT_FALSE(world.has_event("fell_back_to_bootstrap"));
  EXPECT_GT(world.count_events("connect_failed link"), 5U);
}

TEST(DeviceRetry, FailuresOfAnEndpointAreCountedInARow) {
  DeviceWorld world;
  world.go_online();
  for (int round = 0; round < 4; ++round) {
    world.dead_host = "a.example";
    world.lose_link(Leg::mqtt, LinkEnd::reset);
    world.settle();
    world.next_deadline();
    world.next_deadline();  // two failures
    world.dead_host.clear();
    world.next_deadline();
    EXPECT_EQ(world.device.agent().state(), AgentState::online);
  }
  EXPECT_FALSE(world.has_event("fell_back_to_bootstrap"));
}

TEST(DeviceRetry, AFailingHmacIsReportedAndRetried) {
  DeviceWorld world;
  world.config.hmac = {};
  world.power_on();
  world.pass(minutes{1});
  EXPECT_TRUE(world.has_event("connect_failed signing_failed"));
  EXPECT_FALSE(world.has_event("fell_back_to_bootstrap"));
  EXPECT_EQ(world.all_sent[1], "") << "nothing unsigned leaves";
  world.config.hmac = test_hmac();
  world.pass(minutes{3});
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST(DeviceRetry, TwoDevicesWithOtherRandomWordsComeBackAtOtherTimes) {
  const auto first_wait = [](std::uint32_t word) {
    DeviceWorld world;
    world.random_word_is(word);
    world.go_online();
    world.lose_link(Leg::mqtt, LinkEnd::reset);
    world.settle();
    return world.delays.front();
  };
  EXPECT_EQ(first_wait(0), seconds{1});
  EXPECT_EQ(first_wait(0xffffffffU), seconds{2});
}

}  // namespace
}  // namespace fleetsim::device::testing
