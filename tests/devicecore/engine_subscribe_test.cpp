#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

using Outcome = MqttEngine::PublishOutcome;

TEST(EngineSubscribe, GivesTheGrantedQosBack) {  // §3.9.3
  for (const int code : {0x00, 0x01, 0x02, 0x80}) {
    EngineBench bench;
    bench.go_online();
    bench.subscribe("a/#", 77);
    EXPECT_EQ(bench.take_sent(), wire("82 08 0001 0003 'a/#' 01"));
    bench.feed(Bytes{0x90, 0x03, 0x00, 0x01, static_cast<std::uint8_t>(code)});
    EXPECT_EQ(bench.take_events(), std::vector<std::string>{"subscribed #77 granted " + std::to_string(code)});
  }
}

TEST(EngineSubscribe, FourMayWaitForTheirAnswerInAnyOrder) {
  EngineBench bench;
  bench.go_online();
  EXPECT_EQ(bench.subscribe("a", 1), Outcome::sent);
  EXPECT_EQ(bench.unsubscribe("b", 2), Outcome::sent);
  EXPECT_EQ(bench.subscribe("c", 3, Qos::at_most_once), Outcome::sent);
  EXPECT_EQ(bench.unsubscribe("d", 4), Outcome::sent);
  EXPECT_EQ(bench.subscribe("e", 5), Outcome::no_room);
  EXPECT_EQ(bench.unsubscribe("e", 5), Outcome::no_room);
  bench.feed(wire("b0 02 0004 90 03 0001 01 90 03 0003 00 b0 02 0002"));
  EXPECT_EQ(bench.take_events(),
            (std::vector<std::string>{"unsubscribed #4", "subscribed #1 granted 1", "subscribed #3 granted 0", "unsubscribed #2"}));
  EXPECT_EQ(bench.subscribe("e", 5), Outcome::sent);
}

TEST(EngineSubscribe, DiesWithItsLink) {
  EngineBench bench;
  bench.go_online();
  for (Token token = 1; token <= limits::subscribes_in_flight_max; ++token) bench.subscribe("a", token);
  bench.link_closed(LinkEnd::reset);
  bench.go_online();
  EXPECT_EQ(hex(bench.take_sent()), "") << "nothing is sent again";
  EXPECT_EQ(bench.subscribe("a", 9), Outcome::sent);
  bench.feed(wire("90 03 0001 00"));
  EXPECT_EQ(bench.aborts, 1) << "an answer to a subscription of the last link";
}

TEST(EngineSubscribe, RefusesFiltersThatMqttForbidsAndThatAreTooLong) {
  EngineBench bench;
  bench.go_online();
  for (const char* filter : {"", "a#", "#/a", "a+"}) {
    EXPECT_EQ(bench.subscribe(filter, 1), Outcome::invalid);
    EXPECT_EQ(bench.unsubscribe(filter, 1), Outcome::invalid);
  }
  const std::string longest(60'000, 'x');
  EXPECT_EQ(bench.subscribe(longest, 1), Outcome::too_large);
  EXPECT_EQ(bench.unsubscribe(longest, 1), Outcome::too_large);
  EXPECT_EQ(hex(bench.take_sent()), "");
}

}  // namespace
}  // namespace fleetsim::device::testing
