// What devices tell and what they send, in which order; where they connect; and which situations are counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "tests/sim/invariants/scripted_run.hpp"

namespace fleetsim::sim {
namespace {

using device::Event;
using device::EventKind;
using platform::PlatformEventKind;
using ::testing::ElementsAre;
using Link = ScriptedRun::Link;

constexpr std::string_view story = "state_machine";

void live_until_online(ScriptedRun& run) {
  run.mishap(0, meter, Mishap::powered_on);
  run.tell(1, meter,
           {EventKind::bootstrap_started, EventKind::bootstrap_answered, EventKind::endpoint_stored, EventKind::connect_started,
            EventKind::connected});
}

TEST(StateMachine, AWholeLifeIsInItsTable) {
  ScriptedRun run(Seat::fleet);
  live_until_online(run);
  run.tell(2, meter,
           {EventKind::version_informed,       EventKind::published,          EventKind::notified,          EventKind::notify_reply_sent,
            EventKind::disconnected,           EventKind::bootstrap_started,  EventKind::bootstrap_failed,  EventKind::retry_scheduled,
            EventKind::bootstrap_started,      EventKind::bootstrap_answered, EventKind::connect_started,   EventKind::connect_refused,
            EventKind::fell_back_to_bootstrap, EventKind::retry_scheduled,    EventKind::bootstrap_started, EventKind::bootstrap_answered,
            EventKind::retry_scheduled,        EventKind::connect_started,    EventKind::connected,         EventKind::connection_lost,
            EventKind::retry_scheduled,        EventKind::connect_started,    EventKind::connected,         EventKind::redirected,
            EventKind::endpoint_stored,        EventKind::disconnected,       EventKind::connect_started,   EventKind::connected,
            EventKind::disconnected,           EventKind::powered_off});
  EXPECT_THAT(run.words(story), ElementsAre());
  EXPECT_EQ(run.exercised(story), 35u);
}

TEST(StateMachine, EachWayThatIsInNoTableIsTold) {
  const struct {
    std::initializer_list<EventKind> told;
    std::string words;
  } cases[] = {
      {{EventKind::notify_reply_sent}, "notify_reply_sent was told in scene online"},
      {{EventKind::notified, EventKind::endpoint_stored}, "endpoint_stored was told in scene told"},
      {{EventKind::notified, EventKind::disconnected}, "disconnected was told in scene told"},
      {{EventKind::bootstrap_started}, "bootstrap_started was told in scene online"},
      {{EventKind::connected}, "connected was told in scene online"},
      {{EventKind::disconnected, EventKind::bootstrap_started}, "bootstrap_started was told in scene closing"},
      {{EventKind::connection_lost, EventKind::connect_started}, "connect_started was told in scene failed"},
      {{EventKind::connection_lost, EventKind::published}, "published was told in scene failed"},
  };
  for (const auto& wrong : cases) {
    ScriptedRun run(Seat::fleet);
    live_until_online(run);
    run.tell(2, meter, wrong.told);
    EXPECT_THAT(run.words(story), ElementsAre(wrong.words));
  }
}

TEST(StateMachine, ACutBeginsTheStoryAnewAndWithoutPowerNothingIsTold) {
  ScriptedRun run(Seat::fleet);
  live_until_online(run);
  run.mishap(3, meter, Mishap::power_cut);
  run.tell(4, meter, {EventKind::connection_lost});
  EXPECT_THAT(run.words(story), ElementsAre("connection_lost was told in scene off"));
  run.mishap(5, meter, Mishap::powered_on);
  run.tell(6, meter, {EventKind::connect_started, EventKind::connected});
  EXPECT_EQ(run.violated(story), 1u);
}

TEST(StateMachine, AFirmwareWithoutRepliesOwesNone) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].replies_to_notify = false;
  ScriptedRun run(Seat::fleet, facts);
  live_until_online(run);
  run.tell(2, meter, {EventKind::notified, EventKind::disconnected, EventKind::bootstrap_started});
  EXPECT_THAT(run.words(story), ElementsAre());
}

TEST(StateMachine, OnlyAFirmwareThatRegistersTellsOfRegistrations) {
  FleetFacts facts = scripted_facts();
  ScriptedRun burned(Seat::fleet, facts);
  burned.mishap(0, meter, Mishap::powered_on);
  burned.tell(1, meter, {EventKind::registered});
  EXPECT_EQ(burned.violated(story), 1u);
  facts.groups[0].registers = true;
  ScriptedRun registering(Seat::fleet, facts);
  registering.mishap(0, meter, Mishap::powered_on);
  registering.tell(
      1, meter,
      {EventKind::registration_failed, EventKind::retry_scheduled, EventKind::registered, EventKind::bootstrap_started,
       EventKind::bootstrap_answered, EventKind::connect_started, EventKind::registered, EventKind::connect_started, EventKind::connected});
  EXPECT_THAT(registering.words(story), ElementsAre());
}

constexpr std::string_view in_order = "speaks_in_order";

TEST(SpeaksInOrder, ASessionInItsOrderIsRight) {
  ScriptedRun run(Seat::fleet);
  run.knock(0, {});
  run.up(1, {}, ScriptedRun::publish_packet('\x32', "t", 1, "x"));
  run.up(2, {}, ScriptedRun::publish_packet('\x3a', "t", 1, "x"));
  run.down(3, {}, {"\x40\x02\x00\x01", 4});
  run.up(3, {}, ScriptedRun::publish_packet('\x3a', "t", 1, "x"));  // the PUBACK has not come through yet
  run.down(4, {}, {"\x40\x02\x00\x01", 4});
  run.up(4, {}, ScriptedRun::publish_packet('\x32', "t", 1, "y"));
  run.up(5, {}, ScriptedRun::publish_packet('\x30', "t", 0, "z"));
  run.knock(6, {.connection = 2});
  run.up(7, {.connection = 2}, ScriptedRun::publish_packet('\x3a', "t", 1, "y"));
  EXPECT_THAT(run.words(in_order), ElementsAre());
}

TEST(SpeaksInOrder, EachBreachIsTold) {
  const std::string connect = ScriptedRun::connect_packet("meter|securemode=3|");
  const struct {
    bool is_let_in;
    std::string up;
    std::string down;
    std::string words;
  } cases[] = {
      {false, ScriptedRun::publish_packet('\x30', "t", 0, "x"), "", "its first packet is no CONNECT but of type 3"},
      {false, connect + ScriptedRun::publish_packet('\x30', "t", 0, "x"), "", "sent a packet of type 3 before CONNACK"},
      {true, connect, "", "sent a second CONNECT"},
      {true, ScriptedRun::publish_packet('\x32', "t", 0, "x"), "", "packet id 0"},
      {true, ScriptedRun::publish_packet('\x32', "t", 7, "x") + ScriptedRun::publish_packet('\x32', "t", 7, "y"), "",
       "packet id 7 is used again before it was answered"},
      {true, ScriptedRun::publish_packet('\x3a', "t", 7, "x"), "", "packet id 7 is marked as sent again, but never was before"},
      {true, "", std::string{"\x20\x02\x00\x00", 4}, "a CONNACK that answers no CONNECT"},
      {false, connect, std::string{"\xd0\x00", 2}, "a packet of type 13 before CONNACK"},
      {true, std::string{"\x30\xff\xff\xff\xff\x01", 6}, "", "a length of more than four bytes"},
  };
  for (const auto& wrong : cases) {
    ScriptedRun run(Seat::fleet);
    if (wrong.is_let_in) run.knock(0, {});
    run.up(1, {}, wrong.up);
    run.down(2, {}, wrong.down);
    EXPECT_THAT(run.words(in_order), ElementsAre(wrong.words));
  }
}

constexpr std::string_view acknowledged = "acknowledged_in_the_end";

TEST(AcknowledgedInTheEnd, EveryPublishIsAnsweredOnceAllIsWell) {
  ScriptedRun run(Seat::fleet);
  run.phase(0, Phase::healed);
  run.knock(0, {});
  run.tell(0, meter, {EventKind::connected});
  run.up(1, {}, ScriptedRun::publish_packet('\x32', "t", 1, "x"));
  run.watch().at_end(ScriptedRun::at(30'000));
  EXPECT_EQ(run.violated(acknowledged), 0u) << "there is still time to send it again";
  run.watch().at_end(ScriptedRun::at(31'000));
  EXPECT_THAT(run.words(acknowledged), ElementsAre("1 publishes with QoS 1 were never acknowledged"));
  run.down(31'000, {}, {"\x40\x02\x00\x01", 4});
  run.watch().at_end(ScriptedRun::at(99'000));
  EXPECT_EQ(run.violated(acknowledged), 1u);
  EXPECT_EQ(run.exercised(acknowledged), 1u);
}

TEST(AcknowledgedInTheEnd, EachPublishCountsWhateverBecomesOfTheOthers) {
  ScriptedRun run(Seat::fleet);
  run.phase(0, Phase::healed);
  run.knock(0, {});
  run.tell(0, meter, {EventKind::connected});
  run.up(1, {}, ScriptedRun::publish_packet('\x32', "t", 1, "x"));
  for (std::uint16_t id = 2; id < 40; ++id) {
    run.up(id * 1000, {}, ScriptedRun::publish_packet('\x32', "t", id, "x"));
    run.down(id * 1000 + 100, {}, std::string{"\x40\x02\x00", 3} + static_cast<char>(id));
  }
  EXPECT_THAT(run.words(acknowledged), ElementsAre("1 publishes with QoS 1 were never acknowledged"));
}

TEST(AcknowledgedInTheEnd, NotOfAnEarlierCleanSession) {
  ScriptedRun run(Seat::fleet);
  run.phase(0, Phase::healed);
  run.knock(0, {});
  run.tell(0, meter, {EventKind::connected});
  run.up(1, {}, ScriptedRun::publish_packet('\x32', "t", 1, "x"));
  run.tell(20'000, meter, {EventKind::connection_lost});
  run.knock(21'000, {.connection = 2});
  run.tell(21'000, meter, {EventKind::connected});
  run.watch().at_end(ScriptedRun::at(99'000));
  EXPECT_EQ(run.violated(acknowledged), 0u);
}

TEST(AcknowledgedInTheEnd, NotOfADeviceThatIsAwayOrHasLostItsPowerNorUnderFaults) {
  ScriptedRun run(Seat::fleet);
  run.knock(0, {});
  run.tell(0, meter, {EventKind::connected});
  run.up(1, {}, ScriptedRun::publish_packet('\x32', "t", 1, "x"));
  run.watch().at_end(ScriptedRun::at(99'000));
  run.phase(99'000, Phase::healed);
  run.tell(99'000, meter, {EventKind::connection_lost});
  run.watch().at_end(ScriptedRun::at(999'000));
  run.mishap(999'000, meter, Mishap::power_cut);
  run.tell(999'000, meter, {EventKind::connected});
  run.watch().at_end(ScriptedRun::at(9'999'000));
  EXPECT_EQ(run.violated(acknowledged), 0u);
}

constexpr std::string_view where = "connects_where_told";
constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\n\r\n{\"code\":200,\"data\":{\"resources\":{\"mqtt\":{\"host\":\"127.0.2.1\",\"port\":1883}}}}";

void connect_to(ScriptedRun& run, std::int64_t ms, std::string_view host, std::uint16_t port) {
  run.tell(ms, meter, Event{.kind = EventKind::connect_started, .port = port, .host = host});
}
void is_answered(ScriptedRun& run, std::int64_t ms, std::string_view text) {
  run.wire(ms, https, WireKind::opening);
  run.down(ms, https, text.substr(0, 40));
  run.down(ms, https, text.substr(40));
  run.tell(ms, meter, {EventKind::bootstrap_answered});
}

TEST(ConnectsWhereTold, ToTheEndpointOfTheAnswerAsItStandsInItsBytes) {
  ScriptedRun run(Seat::fleet);
  is_answered(run, 0, answer);
  connect_to(run, 1, "127.0.2.1", 1883);
  EXPECT_EQ(run.violated(where), 0u);
  connect_to(run, 2, "127.0.2.1", 1884);
  EXPECT_THAT(run.words(where), ElementsAre("connects to 127.0.2.1:1884, where nobody sent it"));
  EXPECT_EQ(run.exercised(where), 2u);
}

TEST(ConnectsWhereTold, TheLastWordCountsUntilPowerComesOnAgain) {
  ScriptedRun run(Seat::fleet);
  is_answered(run, 0, answer);
  run.tell(1, meter, Event{.kind = EventKind::redirected, .port = 8883, .host = "elsewhere"});
  connect_to(run, 2, "elsewhere", 8883);
  EXPECT_EQ(run.violated(where), 0u);
  connect_to(run, 3, "127.0.2.1", 1883);
  EXPECT_EQ(run.violated(where), 1u);
  run.mishap(4, meter, Mishap::power_cut);
  connect_to(run, 5, "127.0.2.1", 1883);  // its flash may be behind
  EXPECT_EQ(run.violated(where), 1u);
  connect_to(run, 6, "torn", 1883);
  EXPECT_EQ(run.violated(where), 2u);
}

TEST(ConnectsWhereTold, WhatWasWrittenJustBeforeTheCutCountsThoughItWasNeverTold) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, https, WireKind::opening);
  run.down(0, https, answer);
  run.mishap(1, meter, Mishap::power_cut);
  connect_to(run, 2, "127.0.2.1", 1883);
  EXPECT_EQ(run.violated(where), 0u);
}

TEST(SometimesKinds, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const SometimesKind& kind : sometimes_kinds()) names.insert(kind.name);
  EXPECT_EQ(names.size(), sometimes_count);
}

TEST(SometimesWatch, CountsWhatDevicesComeUpAgainst) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.tell(1, meter, {EventKind::bootstrap_started, EventKind::bootstrap_answered});
  run.mishap(2, meter, Mishap::power_cut);
  EXPECT_EQ(run.count(Sometimes::cut_while_storing), 1u);
  run.mishap(3, meter, Mishap::powered_on);
  run.tell(4, meter, {EventKind::connect_started});
  EXPECT_EQ(run.count(Sometimes::woke_with_its_endpoint), 1u);
  run.tell(5, meter, Event{.kind = EventKind::connect_failed, .failure = device::Failure::timed_out});
  EXPECT_EQ(run.count(Sometimes::connect_timed_out), 1u);
  run.tell(6, meter, {EventKind::fell_back_to_bootstrap, EventKind::retry_scheduled, EventKind::bootstrap_started});
  EXPECT_EQ(run.count(Sometimes::fell_back_to_bootstrap), 1u);
  run.wire(6, https, WireKind::opening);
  run.down(7, https, "HTTP/1.1 200");
  run.tell(7, meter, Event{.kind = EventKind::bootstrap_failed, .failure = device::Failure::link, .end = device::LinkEnd::reset});
  EXPECT_EQ(run.count(Sometimes::answer_was_lost), 1u);
  run.tell(8, meter, {EventKind::retry_scheduled, EventKind::bootstrap_started, EventKind::bootstrap_answered, EventKind::retry_scheduled});
  EXPECT_EQ(run.count(Sometimes::sent_where_it_comes_from), 1u);
  run.phase(9, Phase::healed);
  run.tell(10, meter, {EventKind::connect_started, EventKind::connected});
  EXPECT_EQ(run.count(Sometimes::recovered), 1u);
  run.tell(11, meter, {EventKind::notified, EventKind::notify_reply_sent});
  run.mishap(12, meter, Mishap::power_cut);
  EXPECT_EQ(run.count(Sometimes::cut_while_moving), 1u);
}

TEST(SometimesWatch, CountsWhatThePlatformComesUpAgainst) {
  ScriptedRun run(Seat::platform);
  run.platform_tells(0, meter, PlatformEventKind::device_connected, "shanghai");
  run.platform_tells(1, meter, PlatformEventKind::handover_started, "shanghai");
  run.platform_tells(2, meter, PlatformEventKind::notify_sent, "shanghai");
  run.platform_tells(3, meter, PlatformEventKind::notify_sent, "shanghai");
  EXPECT_EQ(run.count(Sometimes::notify_was_sent_again), 1u);
  run.platform_tells(4, meter, PlatformEventKind::device_connected, "shanghai");
  EXPECT_EQ(run.count(Sometimes::let_in_to_be_told), 1u);
  run.platform_tells(5, meter, PlatformEventKind::handover_started, "shanghai");
  EXPECT_EQ(run.count(Sometimes::jobs_overlapped), 1u);
  run.platform_tells(6, meter, PlatformEventKind::bootstrap_answered, "singapore");
  run.platform_tells(7, meter, PlatformEventKind::committed, "singapore");
  EXPECT_EQ(run.count(Sometimes::committed_beside_its_old_session), 1u);
  run.platform_tells(8, meter, PlatformEventKind::connect_refused, "shanghai");
  EXPECT_EQ(run.count(Sometimes::refused_where_it_was), 1u);
  run.platform_tells(9, meter, PlatformEventKind::connect_refused, "singapore");
  EXPECT_EQ(run.count(Sometimes::answer_was_stale), 1u);
  run.platform_tells(10, meter, PlatformEventKind::device_disconnected, "shanghai", "Kicked by the same device");
  EXPECT_EQ(run.count(Sometimes::took_its_own_place), 1u);
  run.platform_tells(11, meter, PlatformEventKind::handover_started, "singapore");
  run.platform_tells(12, meter, PlatformEventKind::committed, "shanghai");
  EXPECT_EQ(run.count(Sometimes::came_home), 1u);
}

TEST(SometimesWatch, CountsPacketsInPiecesAndPublishesThatAreSentAgain) {
  ScriptedRun run(Seat::fleet);
  run.knock(0, {});
  EXPECT_EQ(run.count(Sometimes::packet_came_in_pieces), 0u);
  run.down(1, {}, "\xd0");
  run.down(2, {}, std::string_view{"\x00", 1});
  EXPECT_EQ(run.count(Sometimes::packet_came_in_pieces), 1u);
  run.up(3, {}, ScriptedRun::publish_packet('\x32', "t", 1, "x"));
  run.up(4, {}, ScriptedRun::publish_packet('\x3a', "t", 1, "x"));
  EXPECT_EQ(run.count(Sometimes::publish_was_sent_again), 1u);
  run.down(5, {}, ScriptedRun::publish_packet('\x30', "/sys/a1TestPK001/meter/thing/bootstrap/notify", 0, "{}"));
  EXPECT_EQ(run.count(Sometimes::notified_twice), 0u);
  run.down(6, {}, ScriptedRun::publish_packet('\x30', "/sys/a1TestPK001/meter/thing/bootstrap/notify", 0, "{}"));
  EXPECT_EQ(run.count(Sometimes::notified_twice), 1u);
}

TEST(Findings, OfSeveralThreadsAreInOneOrder) {
  const FleetFacts facts = scripted_facts();
  const auto found = [&](std::uint32_t device) {
    InvariantWatch watch(facts, Seat::fleet, {.first = device, .stride = 2, .count = 1});
    watch.on_device_event(device, ScriptedRun::at(5 - device), Event{.kind = EventKind::connected});
    watch.on_device_event(1 - device, ScriptedRun::at(1), Event{.kind = EventKind::connected});  // another thread's
    return watch.findings();
  };
  Findings one = found(meter);
  one.merge(found(lamp));
  Findings other = found(lamp);
  other.merge(found(meter));
  ASSERT_EQ(one.violations.total(), 2u);
  EXPECT_EQ(one.violations.kept()[0].device, lamp);
  EXPECT_EQ(other.violations.kept()[0].device, lamp);
  EXPECT_EQ(one.exercised, other.exercised);
}

TEST(ViolationLog, KeepsTheFirstAndCountsTheRest) {
  ViolationLog log;
  for (std::uint32_t n = 100; n > 0; --n) log.add("a", n, Instant{std::chrono::seconds{n}}, "x");
  EXPECT_EQ(log.total(), 100u);
  ASSERT_EQ(log.kept().size(), ViolationLog::kept_max);
  EXPECT_EQ(log.kept().front().device, 1u);
}

TEST(InvariantKinds, HaveNamesOfTheirOwnAndSayWhatTheyAreAbout) {
  std::set<std::string_view> names;
  for (const InvariantKind& kind : invariant_kinds()) {
    names.insert(kind.name);
    EXPECT_FALSE(kind.what.empty() || kind.clause.empty()) << kind.name;
    ViolationLog log;
    const FleetFacts facts = scripted_facts();
    EXPECT_EQ(kind.make({.facts = facts, .share = {.count = 2}, .log = log}, Seat::fleet)->name(), kind.name);
  }
  EXPECT_EQ(names.size(), invariant_kinds().size());
}

}  // namespace
}  // namespace fleetsim::sim
