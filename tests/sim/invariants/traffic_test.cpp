// What stands on links, packet by packet: what must be acknowledged, packet ids, and the endpoint in an answer's bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/invariants/scripted_run.hpp"

namespace fleetsim::sim::traffic_test {
namespace {

using device::Event;
using device::EventKind;
using std::chrono::seconds;
using ::testing::ElementsAre;
using Link = ScriptedRun::Link;

constexpr std::string_view acknowledged = "acknowledged_in_the_end";
constexpr std::string_view in_order = "speaks_in_order";
constexpr std::string_view where = "connects_where_told";

std::string publish(std::uint16_t id, char first = '\x32') { return ScriptedRun::publish_packet(first, "t", id, "x"); }
std::string puback(std::uint16_t id) { return {'\x40', '\x02', static_cast<char>(id >> 8), static_cast<char>(id & 0xff)}; }

/// Online since 0, all is well, and one publish with QoS 1 waits since 1.
void wait_for_an_answer(ScriptedRun& run) {
  run.phase(0, Phase::healed);
  run.knock(0, {});
  run.tell(0, meter, {EventKind::connected});
  run.up(1, {}, publish(1));
}
/// Its next connection takes up the session where it was.
void come_back_to_the_session(ScriptedRun& run, std::int64_t ms) {
  std::string connect = ScriptedRun::connect_packet("meter|securemode=3|");
  connect[9] = '\0';  // no clean session
  run.wire(ms, {.connection = 2}, WireKind::opening);
  run.up(ms, {.connection = 2}, connect);
  run.down(ms, {.connection = 2}, std::string_view{"\x20\x02\x01\x00", 4});
  run.tell(ms, meter, {EventKind::connected});
}
std::size_t late_at(ScriptedRun& run, std::int64_t ms) {
  run.watch().at_end(ScriptedRun::at(ms));
  return run.violated(acknowledged);
}

TEST(AcknowledgedInTheEnd, ASessionThatGoesOnRemembersAndItsTimeBeginsAnew) {
  ScriptedRun run(Seat::fleet);
  wait_for_an_answer(run);
  run.tell(20'000, meter, {EventKind::connection_lost});
  come_back_to_the_session(run, 50'000);
  EXPECT_EQ(late_at(run, 79'000), 0u);
  EXPECT_EQ(late_at(run, 81'000), 1u);
}

TEST(AcknowledgedInTheEnd, AFirmwareThatRebootsToMoveForgets) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].reboots_to_move = true;
  ScriptedRun run(Seat::fleet, facts);
  wait_for_an_answer(run);
  run.tell(20'000, meter, {EventKind::disconnected});
  come_back_to_the_session(run, 21'000);
  EXPECT_EQ(late_at(run, 99'000), 0u);
}

TEST(AcknowledgedInTheEnd, TheEndOfAConnectionAndOfPowerAreEndsToo) {
  ScriptedRun lost(Seat::fleet);
  wait_for_an_answer(lost);
  lost.tell(40'000, meter, {EventKind::connection_lost});
  EXPECT_EQ(lost.violated(acknowledged), 1u);
  ScriptedRun cut(Seat::fleet);
  wait_for_an_answer(cut);
  cut.mishap(40'000, meter, Mishap::power_cut);
  EXPECT_EQ(cut.violated(acknowledged), 1u);
}

TEST(AcknowledgedInTheEnd, AClockThatIsSetForgetsNothingButMayMakeItLate) {
  ScriptedRun run(Seat::fleet);
  wait_for_an_answer(run);
  run.mishap(10, meter, Mishap::clock_changed);
  EXPECT_EQ(late_at(run, 31'000), 1u);
  FleetFacts facts = scripted_facts();
  facts.clock_jump_max = seconds{20};
  ScriptedRun jumping(Seat::fleet, facts);
  wait_for_an_answer(jumping);
  EXPECT_EQ(late_at(jumping, 50'001), 0u);
  EXPECT_EQ(late_at(jumping, 50'002), 1u);
}

TEST(AcknowledgedInTheEnd, OneAnswerIsEnoughForAllThatWasSentWithItsId) {
  ScriptedRun run(Seat::fleet);
  wait_for_an_answer(run);
  run.up(10'000, {}, publish(1, '\x3a'));
  run.down(10'100, {}, puback(1));
  EXPECT_EQ(late_at(run, 99'000), 0u);
}

TEST(AcknowledgedInTheEnd, NothingIsOwedForOtherQosUnderFaultsOrToWhoMayBeWhereOnlyNotifyIsTaken) {
  ScriptedRun without(Seat::fleet);
  without.phase(0, Phase::healed);
  without.knock(0, {});
  without.tell(0, meter, {EventKind::connected});
  without.up(1, {}, publish(0, '\x30'));
  EXPECT_EQ(late_at(without, 99'000), 0u);
  ScriptedRun faulty(Seat::fleet);
  wait_for_an_answer(faulty);
  faulty.phase(2, Phase::faulty);
  EXPECT_EQ(late_at(faulty, 99'000), 0u);
  FleetFacts facts = scripted_facts();
  facts.groups[0].comeback = Comeback::unless_moved;
  ScriptedRun staying(Seat::fleet, facts);
  wait_for_an_answer(staying);
  EXPECT_EQ(late_at(staying, 99'000), 0u);
}

TEST(SpeaksInOrder, AnEarlierConnectionsIdsMayComeAgainMarkedOrNot) {
  for (const char first : {'\x3a', '\x32'}) {
    ScriptedRun run(Seat::fleet);
    run.knock(0, {});
    run.up(1, {}, publish(5));
    run.knock(2, {.connection = 2});
    run.up(3, {.connection = 2}, publish(5, first));
    EXPECT_THAT(run.words(in_order), ElementsAre());
  }
}

TEST(SpeaksInOrder, AnAnswerEndsThatForGood) {
  ScriptedRun run(Seat::fleet);
  run.knock(0, {});
  run.up(1, {}, publish(5));
  const Link second{.connection = 2};
  run.knock(2, second);
  run.up(3, second, publish(5, '\x3a'));
  run.down(4, second, puback(5));
  for (std::uint16_t id = 100; id < 120; ++id) {
    run.up(id, second, publish(id));
    run.down(id, second, puback(id));
  }
  EXPECT_THAT(run.words(in_order), ElementsAre());
  run.up(200, second, publish(5, '\x3a'));
  EXPECT_THAT(run.words(in_order), ElementsAre("packet id 5 is marked as sent again, but never was before"));
}

TEST(SpeaksInOrder, NobodyIsJudgedByIdsThatThereWasNoRoomToRemember) {
  ScriptedRun run(Seat::fleet);
  for (std::uint16_t connection = 1; connection <= 40; ++connection) {
    run.knock(connection * 10, {.connection = connection});
    for (std::uint16_t n = 0; n < 8; ++n)
      run.up(connection * 10 + 1, {.connection = connection}, publish(static_cast<std::uint16_t>(connection * 8 + n)));
  }
  run.up(1'000, {.connection = 40}, publish(999, '\x3a'));
  EXPECT_THAT(run.words(in_order), ElementsAre());
}

TEST(SpeaksInOrder, SubscribesAndUnsubscribesHaveIdsToo) {
  for (const char first : {'\x82', '\xa2'}) {
    ScriptedRun run(Seat::fleet);
    run.knock(0, {});
    std::string packet = ScriptedRun::framed(first, std::string{"\x00\x07\x00\x01t", 5} + (first == '\x82' ? std::string(1, '\0') : ""));
    run.up(1, {}, packet);
    run.up(2, {}, packet);
    EXPECT_THAT(run.words(in_order), ElementsAre("packet id 7 is used again before it was answered"));
  }
}

TEST(SpeaksInOrder, WhoHasNotBeenLetInMayStillSayGoodbye) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, {}, WireKind::opening);
  run.up(1, {}, ScriptedRun::connect_packet("meter|securemode=3|"));
  run.up(2, {}, {"\xe0\x00", 2});
  EXPECT_THAT(run.words(in_order), ElementsAre());
}

TEST(SpeaksInOrder, AClockThatIsSetDoesNotEndASession) {
  ScriptedRun run(Seat::fleet);
  run.knock(0, {});
  run.mishap(1, meter, Mishap::clock_changed);
  run.up(2, {}, publish(1));
  EXPECT_THAT(run.words(in_order), ElementsAre());
}

std::string answer(std::string_view host, std::string_view port) {
  return std::string{R"({"code":200,"data":{"host":")"}.append(host).append(R"(","port":)").append(port).append("}}");
}
void is_answered(ScriptedRun& run, std::string_view text) {
  run.wire(0, https, WireKind::opening);
  run.down(0, https, text);
  run.tell(0, meter, {EventKind::bootstrap_answered});
}
std::size_t wrong_after_connect_to(ScriptedRun& run, std::string_view host, std::uint16_t port = 1883) {
  run.tell(1, meter, Event{.kind = EventKind::connect_started, .port = port, .host = host});
  return run.violated(where);
}

TEST(ConnectsWhereTold, APortMayStandInQuotes) {
  ScriptedRun run(Seat::fleet);
  is_answered(run, answer("a", R"("1883")"));
  EXPECT_EQ(wrong_after_connect_to(run, "a"), 0u);
}

TEST(ConnectsWhereTold, EachAnswerIsReadByItself) {
  ScriptedRun run(Seat::fleet);
  is_answered(run, answer("a", "1883"));
  is_answered(run, answer("b", "1883"));
  EXPECT_EQ(wrong_after_connect_to(run, "b"), 0u);
  run.wire(2, https, WireKind::opening);
  run.down(2, https, answer("never", "1883"));  // and it is asked again
  is_answered(run, answer("c", "1883"));
  EXPECT_EQ(wrong_after_connect_to(run, "c"), 0u);
  EXPECT_EQ(wrong_after_connect_to(run, "never"), 1u);
}

TEST(ConnectsWhereTold, WhatTheDeviceSendsIsNoAnswer) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, https, WireKind::opening);
  run.up(0, https, answer("of-the-device", "1"));
  run.down(0, https, answer("a", "1883"));
  run.tell(0, meter, {EventKind::bootstrap_answered});
  EXPECT_EQ(wrong_after_connect_to(run, "a"), 0u);
}

TEST(ConnectsWhereTold, FlashMayHaveAnyOfTheLastFourThatDiffer) {
  ScriptedRun run(Seat::fleet);
  for (const std::string_view host : {"a", "b", "c", "d", "d", "d"}) is_answered(run, answer(host, "1883"));
  EXPECT_EQ(wrong_after_connect_to(run, "a"), 1u);
  run.mishap(1, meter, Mishap::power_cut);
  EXPECT_EQ(wrong_after_connect_to(run, "a"), 1u);
  is_answered(run, answer("e", "1883"));
  run.mishap(1, meter, Mishap::power_cut);
  EXPECT_EQ(wrong_after_connect_to(run, "b"), 1u);
  EXPECT_EQ(wrong_after_connect_to(run, "a"), 2u);
}

TEST(ConnectsWhereTold, WhoRegistersIsNotJudged) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].registers = true;
  ScriptedRun run(Seat::fleet, facts);
  EXPECT_EQ(wrong_after_connect_to(run, "anywhere"), 0u);
  EXPECT_EQ(run.exercised(where), 0u);
}

}  // namespace
}  // namespace fleetsim::sim::traffic_test
