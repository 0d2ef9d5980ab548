// Where a device may be accepted, and what stays behind when it leaves: literal CONNACKs of several instances, judged by the ledger.
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/invariants/scripted_run.hpp"

namespace fleetsim::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Link = ScriptedRun::Link;

constexpr std::string_view ledger = "accepted_by_exactly_one";

TEST(AcceptedByExactlyOne, TakesADeviceAtHomeAsOftenAsItComes) {
  ScriptedRun run(Seat::platform);
  for (std::uint32_t n = 1; n <= 3; ++n) {
    run.knock(1'000 * n, {.connection = n});
    run.wire(1'000 * n + 500, {.connection = n}, WireKind::finished);
  }
  run.watch().at_end(ScriptedRun::at(100'000));
  EXPECT_EQ(run.violated(ledger), 0u);
  EXPECT_EQ(run.exercised(ledger), 3u);
}

TEST(AcceptedByExactlyOne, ARefusalIsNoAcceptance) {
  ScriptedRun run(Seat::platform);
  run.knock(1'000, {.connection = 1, .instance = singapore}, 5);
  EXPECT_EQ(run.violated(ledger), 0u);
  EXPECT_EQ(run.exercised(ledger), 0u);
}

TEST(AcceptedByExactlyOne, NobodyIsAcceptedElsewhereUnlessSomebodyAsked) {
  ScriptedRun run(Seat::platform);
  run.knock(1'000, {.connection = 1, .instance = singapore});
  EXPECT_THAT(run.words(ledger), ElementsAre("accepted at singapore, though it is bound to shanghai and nobody asked to move it there"));
}

TEST(AcceptedByExactlyOne, AMoveGoesOverTheSourceToTheTargetAndNotBack) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.connection = 1});  // to be told
  run.wire(1'100, {.connection = 1}, WireKind::finished);
  run.knock(2'000, {.connection = 2, .instance = singapore});
  run.wire(2'100, {.connection = 2, .instance = singapore}, WireKind::reset);
  EXPECT_EQ(run.violated(ledger), 0u);
  run.knock(3'000, {.connection = 3});
  EXPECT_THAT(run.words(ledger), ElementsAre(HasSubstr("accepted at shanghai, though it is bound to singapore")));
}

TEST(AcceptedByExactlyOne, ItComesHomeWhenItWasSentHome) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.connection = 1, .instance = singapore});
  run.wire(1'100, {.connection = 1, .instance = singapore}, WireKind::finished);
  run.ask_to_move(1'500, meter, {shanghai});
  run.knock(2'000, {.connection = 2});
  EXPECT_EQ(run.violated(ledger), 0u);
}

TEST(AcceptedByExactlyOne, TheFirstTargetThatTakesItTakesItFromTheOthers) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore, frankfurt});
  run.knock(1'000, {.connection = 1, .instance = frankfurt});
  run.wire(1'100, {.connection = 1, .instance = frankfurt}, WireKind::finished);
  run.knock(2'000, {.connection = 2, .instance = singapore});
  EXPECT_THAT(run.words(ledger), ElementsAre(HasSubstr("accepted at singapore, though it is bound to frankfurt")));
}

TEST(AcceptedByExactlyOne, AnOrderThatCameMeanwhileOutlivesTheCommitOfAnEarlierOne) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.ask_to_move(600, meter, {frankfurt});
  run.knock(1'000, {.connection = 1, .instance = singapore});
  run.wire(1'100, {.connection = 1, .instance = singapore}, WireKind::finished);
  run.knock(2'000, {.connection = 2, .instance = frankfurt});
  EXPECT_EQ(run.violated(ledger), 0u);
}

TEST(AcceptedByExactlyOne, TheSourcesSessionMayBeLeftOverForItsGrace) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.connection = 1});
  run.knock(2'000, {.connection = 2, .instance = singapore});
  run.wire(32'000, {.connection = 1}, WireKind::finished, Direction::down);
  run.watch().at_end(ScriptedRun::at(100'000));
  EXPECT_EQ(run.violated(ledger), 0u);
}

TEST(AcceptedByExactlyOne, ButNoLonger) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.connection = 1});
  run.knock(2'000, {.connection = 2, .instance = singapore});
  run.wire(32'500, {.connection = 1}, WireKind::finished, Direction::down);
  EXPECT_THAT(run.words(ledger), ElementsAre("its session at shanghai is still there beside a newer one"));
}

TEST(AcceptedByExactlyOne, AtTheEndNobodyIsLeftOver) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.connection = 1});
  run.knock(2'000, {.connection = 2, .instance = singapore});
  run.watch().at_end(ScriptedRun::at(32'005));
  EXPECT_EQ(run.violated(ledger), 0u);
  run.watch().at_end(ScriptedRun::at(33'000));
  EXPECT_EQ(run.violated(ledger), 1u);
}

TEST(AcceptedByExactlyOne, AtOneInstanceANewSessionEndsTheOldOneAtThatMoment) {
  ScriptedRun run(Seat::platform);
  run.knock(1'000, {.connection = 1});
  run.knock(2'000, {.connection = 2});
  run.wire(2'000, {.connection = 1}, WireKind::finished, Direction::down);
  EXPECT_EQ(run.violated(ledger), 0u);
  run.knock(3'000, {.connection = 3});
  run.wire(3'500, {.connection = 2}, WireKind::finished, Direction::down);
  EXPECT_EQ(run.violated(ledger), 1u);
}

TEST(AcceptedByExactlyOne, ASecretThatIsAskedForIsNoSession) {
  ScriptedRun run(Seat::platform);
  const Link link{.connection = 1, .instance = singapore};
  run.wire(1'000, link, WireKind::opening);
  run.up(1'000, link, ScriptedRun::connect_packet("meter.pk|random=1,authType=register,securemode=2|"));
  run.down(1'000, link, {"\x20\x02\x00\x00", 4});
  EXPECT_EQ(run.violated(ledger), 0u);
  EXPECT_EQ(run.exercised(ledger), 0u);
}

TEST(AcceptedByExactlyOne, SeesAConnackThatComesByteByByte) {
  ScriptedRun run(Seat::platform);
  const Link link{.connection = 1, .instance = singapore};
  run.wire(1'000, link, WireKind::opening);
  for (const char byte : ScriptedRun::connect_packet("meter|securemode=3|")) run.up(1'000, link, {&byte, 1});
  for (const char byte : std::string{"\x20\x02\x00\x00", 4}) run.down(1'001, link, {&byte, 1});
  EXPECT_EQ(run.violated(ledger), 1u);
}

TEST(AcceptedByExactlyOne, BelievesThePlatformsEndAlone) {
  ScriptedRun run(Seat::platform);
  WireEvent event;
  event.teller = WireEnd::device;
  event.leg = device::Leg::mqtt;
  event.kind = WireKind::bytes;
  event.direction = Direction::down;
  event.endpoint = singapore;
  event.connection = 1;
  const std::array<std::uint8_t, 4> connack = {0x20, 2, 0, 0};
  event.bytes = connack;
  run.watch().on_wire(event);
  EXPECT_EQ(run.violated(ledger), 0u);
}

TEST(AcceptedByExactlyOne, KeepsDevicesApart) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.device = meter, .connection = 1, .instance = singapore});
  run.knock(1'000, {.device = lamp, .connection = 1, .instance = shanghai});
  EXPECT_EQ(run.violated(ledger), 0u);
  run.knock(2'000, {.device = lamp, .connection = 2, .instance = singapore});
  EXPECT_EQ(run.violated(ledger), 1u);
}

TEST(AcceptedByExactlyOne, ASessionThatWasResetIsNotLeftOver) {
  ScriptedRun run(Seat::platform);
  run.knock(1'000, {.connection = 1});
  run.wire(1'500, {.connection = 1}, WireKind::reset);
  run.knock(2'000, {.connection = 2});
  run.watch().at_end(ScriptedRun::at(100'000));
  EXPECT_EQ(run.violated(ledger), 0u);
}

TEST(AcceptedByExactlyOne, AnEndpointThatIsNoInstanceAcceptsNobody) {
  ScriptedRun run(Seat::platform);
  run.knock(1'000, {.connection = 1, .instance = 9});
  EXPECT_THAT(run.words(ledger), ElementsAre("it is accepted on a link that leads to no instance"));
}

TEST(AcceptedByExactlyOne, AnotherSessionAtTheTargetMakesNoGraceLonger) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.connection = 1});
  run.knock(2'000, {.connection = 2, .instance = singapore});
  run.wire(20'000, {.connection = 2, .instance = singapore}, WireKind::finished);
  run.knock(20'000, {.connection = 3, .instance = singapore});
  run.wire(33'000, {.connection = 1}, WireKind::finished, Direction::down);
  EXPECT_EQ(run.violated(ledger), 1u);
}

TEST(AcceptedByExactlyOne, AtHomeAnOrderThatNamesItsHomeTooGoesOn) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {shanghai, singapore});
  run.knock(1'000, {.connection = 1});
  run.wire(1'100, {.connection = 1}, WireKind::finished);
  run.knock(2'000, {.connection = 2, .instance = singapore});
  EXPECT_EQ(run.violated(ledger), 0u);
}

TEST(AcceptedByExactlyOne, OneThatIsLeftOverIsToldOnceAndNotBeforeTheWorldsOwnDelayIsOver) {
  ScriptedRun run(Seat::platform);
  run.ask_to_move(500, meter, {singapore});
  run.knock(1'000, {.connection = 1});
  run.knock(2'000, {.connection = 2, .instance = singapore});
  run.watch().at_end(ScriptedRun::at(32'010));
  EXPECT_EQ(run.violated(ledger), 0u);
  run.watch().at_end(ScriptedRun::at(32'011));
  run.watch().at_end(ScriptedRun::at(99'000));
  EXPECT_EQ(run.violated(ledger), 1u);
}

TEST(AcceptedByExactlyOne, OneThatIsBoundNowhereIsBoundWhereItIsAcceptedFirst) {
  FleetFacts facts = scripted_facts();
  facts.devices[meter].home = no_instance;
  ScriptedRun run(Seat::platform, facts);
  run.knock(1'000, {.connection = 1, .instance = singapore});
  run.wire(1'100, {.connection = 1, .instance = singapore}, WireKind::finished);
  EXPECT_EQ(run.violated(ledger), 0u);
  run.knock(2'000, {.connection = 2});
  EXPECT_THAT(run.words(ledger), ElementsAre(HasSubstr("accepted at shanghai, though it is bound to singapore")));
}

TEST(ProbedAtExactlyOne, WantsOneInstanceToSayYesAndAllOthersToSayNo) {
  ScriptedRun run(Seat::platform);
  const std::array<std::uint16_t, 2> both = {shanghai, singapore};
  run.watch().on_probe({.device = meter, .at = ScriptedRun::at(1), .accepted = std::span(both).first(1)});
  EXPECT_EQ(run.violated("probed_at_exactly_one"), 0u);
  run.watch().on_probe({.device = meter, .at = ScriptedRun::at(2), .accepted = both});
  run.watch().on_probe({.device = meter, .at = ScriptedRun::at(3)});
  run.watch().on_probe(
      {.device = meter, .at = ScriptedRun::at(4), .accepted = std::span(both).first(1), .no_answer = std::span(both).last(1)});
  EXPECT_THAT(run.words("probed_at_exactly_one"),
              ElementsAre("accepted at shanghai, singapore", "accepted nowhere", "accepted at shanghai; no answer from singapore"));
  EXPECT_EQ(run.exercised("probed_at_exactly_one"), 4u);
}

constexpr std::string_view stays = "runtime_data_stays";

void report(ScriptedRun& run, std::int64_t ms, const Link& link, std::string_view answer) {
  run.up(ms, link,
         ScriptedRun::publish_packet('\x30', "/sys/a1TestPK001/meter/thing/event/property/post", 0, R"({"id":"1","params":{"power":1}})"));
  if (!answer.empty())
    run.down(ms, link, ScriptedRun::publish_packet('\x30', "/sys/a1TestPK001/meter/thing/event/property/post_reply", 0, answer));
}
void keeps(ScriptedRun& run, std::vector<std::uint16_t> instances) {
  run.watch().on_kept({.device = meter, .at = ScriptedRun::at(9'000), .instances = instances});
}

TEST(RuntimeDataStays, WhatWasReportedIsThereAndNotAtTheTarget) {
  ScriptedRun run(Seat::platform);
  report(run, 1'000, {}, R"({"id":"1","code":200,"data":{}})");
  keeps(run, {shanghai});
  EXPECT_EQ(run.violated(stays), 0u);
  EXPECT_EQ(run.exercised(stays), 1u);
  keeps(run, {shanghai, singapore});
  EXPECT_THAT(run.words(stays), ElementsAre("properties are kept at singapore, where it never reported any"));
}

TEST(RuntimeDataStays, WhatWasAnsweredMustNotGetLost) {
  ScriptedRun run(Seat::platform);
  report(run, 1'000, {}, R"({"id":"1","code":200,"data":{}})");
  keeps(run, {});
  EXPECT_THAT(run.words(stays), ElementsAre("what it reported at shanghai is not there any more"));
}

TEST(RuntimeDataStays, WhatWasNotAnsweredMayBeThereOrNot) {
  ScriptedRun run(Seat::platform);
  report(run, 1'000, {}, {});
  report(run, 1'000, {.instance = singapore}, R"({"id":"1","code":460,"data":{}})");
  keeps(run, {});
  keeps(run, {shanghai, singapore});
  EXPECT_EQ(run.violated(stays), 0u);
}

TEST(RuntimeDataStays, OfADeletedDeviceNothingIsLookedFor) {
  ScriptedRun run(Seat::platform);
  report(run, 1'000, {}, R"({"id":"1","code":200,"data":{}})");
  run.watch().on_order({.kind = FleetOrder::Kind::withdraw, .at = ScriptedRun::at(2), .first = meter, .count = 1});
  keeps(run, {});
  EXPECT_EQ(run.violated(stays), 0u);
}

TEST(RuntimeDataStays, ALaterReportWithoutAnAnswerTakesNothingBackAndAMoveNeither) {
  ScriptedRun run(Seat::platform);
  report(run, 1'000, {}, R"({"id":"1","code":200,"data":{}})");
  report(run, 2'000, {}, {});
  run.ask_to_move(3'000, meter, {singapore});
  keeps(run, {});
  EXPECT_EQ(run.violated(stays), 1u);
  EXPECT_EQ(run.exercised(stays), 1u) << "there was something to look for";
}

TEST(RuntimeDataStays, OnlyAReportMakesData) {
  ScriptedRun run(Seat::platform);
  run.up(1'000, {}, ScriptedRun::publish_packet('\x30', "/a1TestPK001/meter/user/up", 0, "x"));
  keeps(run, {shanghai});
  EXPECT_THAT(run.words(stays), ElementsAre("properties are kept at shanghai, where it never reported any"));
}

TEST(RuntimeDataStays, OfAWithdrawnDeviceDataMayBeThereStill) {
  ScriptedRun run(Seat::platform);
  report(run, 1'000, {}, R"({"id":"1","code":200,"data":{}})");
  run.watch().on_order({.kind = FleetOrder::Kind::withdraw, .at = ScriptedRun::at(2), .first = meter, .count = 1});
  keeps(run, {shanghai});
  EXPECT_EQ(run.violated(stays), 0u);
  EXPECT_EQ(run.exercised(stays), 1u);
}

}  // namespace
}  // namespace fleetsim::sim
