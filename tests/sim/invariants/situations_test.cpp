// Situations that must not be counted when they did not come up; how a watch cuts links into packets; what firmware's documents say.
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devicecore/firmware_profile.hpp"
#include "devicecore/limits.hpp"
#include "tests/sim/invariants/scripted_run.hpp"

namespace fleetsim::sim::situations_test {
namespace {

using device::Event;
using device::EventKind;
using device::Failure;
using platform::PlatformEventKind;
using std::chrono::seconds;
using Link = ScriptedRun::Link;

constexpr std::string_view in_order = "speaks_in_order";

Event bootstrap_broke(Failure failure = Failure::link) { return {.kind = EventKind::bootstrap_failed, .failure = failure}; }

TEST(SometimesWatch, AnAnswerIsLostOnlyWhenItsOwnBytesHadBegunAndItsLinkBroke) {
  ScriptedRun run(Seat::fleet);
  run.wire(1, https, WireKind::opening);
  run.down(2, https, "HTTP/1.1 200");
  run.tell(3, meter, bootstrap_broke(Failure::timed_out));
  run.wire(4, https, WireKind::opening);
  run.down(5, {}, {"\xd0\x00", 2});
  run.tell(6, meter, bootstrap_broke());
  EXPECT_EQ(run.count(Sometimes::answer_was_lost), 0u);
  run.down(7, https, "HTTP/1.1 200");
  run.tell(8, meter, bootstrap_broke());
  EXPECT_EQ(run.count(Sometimes::answer_was_lost), 1u);
}

TEST(SometimesWatch, WhatThePlatformSendsAgainIsNoPublishOfTheDevice) {
  ScriptedRun run(Seat::fleet);
  run.knock(0, {});
  run.down(1, {}, ScriptedRun::publish_packet('\x3a', "t", 1, "x"));
  EXPECT_EQ(run.count(Sometimes::publish_was_sent_again), 0u);
}

TEST(SometimesWatch, NobodyWakesWithoutACutNorRecoversWhoWasNeverAwayOrIsUnderFaults) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.tell(1, meter,
           {EventKind::connect_started, EventKind::connect_failed, EventKind::retry_scheduled, EventKind::connect_started,
            EventKind::connected});
  EXPECT_EQ(run.count(Sometimes::woke_with_its_endpoint), 0u);
  EXPECT_EQ(run.count(Sometimes::recovered), 0u) << "faults are on";
  run.phase(2, Phase::healed);
  run.tell(3, meter, {EventKind::disconnected, EventKind::powered_off});
  run.mishap(4, meter, Mishap::powered_on);
  run.tell(5, meter, {EventKind::connect_started, EventKind::connected});
  EXPECT_EQ(run.count(Sometimes::recovered), 0u) << "it went as it was told to";
}

TEST(SometimesWatch, CountsACutBetweenConnectAndItsAnswer) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.tell(1, meter, {EventKind::connect_started});
  run.mishap(2, meter, Mishap::power_cut);
  EXPECT_EQ(run.count(Sometimes::cut_while_connecting), 1u);
  EXPECT_EQ(run.count(Sometimes::cut_while_storing), 0u);
}

TEST(SometimesWatch, AMoveThatGoesAsItShouldIsNoneOfThem) {
  ScriptedRun run(Seat::platform);
  for (const auto& [from, to, third] :
       {std::array{"shanghai", "singapore", "frankfurt"}, std::array{"singapore", "frankfurt", "singapore"}}) {
    run.platform_tells(0, meter, PlatformEventKind::device_connected, from);
    run.platform_tells(1, meter, PlatformEventKind::handover_started, from);
    run.platform_tells(2, meter, PlatformEventKind::notify_sent, from);
    run.platform_tells(3, meter, PlatformEventKind::device_disconnected, from, "bye");
    run.platform_tells(4, meter, PlatformEventKind::bootstrap_answered, to);
    run.platform_tells(5, meter, PlatformEventKind::connect_refused, third);
    const bool is_told_first = from == std::string_view{"singapore"};
    if (is_told_first) run.platform_tells(6, meter, PlatformEventKind::committed, to);
    run.platform_tells(6, meter, PlatformEventKind::device_connected, to);
    if (!is_told_first) run.platform_tells(7, meter, PlatformEventKind::committed, to);
    run.platform_tells(8, meter, PlatformEventKind::device_disconnected, to, "bye");
  }
  for (const Sometimes which :
       {Sometimes::notify_was_sent_again, Sometimes::jobs_overlapped, Sometimes::refused_where_it_was, Sometimes::answer_was_stale,
        Sometimes::let_in_to_be_told, Sometimes::took_its_own_place, Sometimes::came_home, Sometimes::committed_beside_its_old_session})
    EXPECT_EQ(run.count(which), 0u) << sometimes_kinds()[static_cast<std::size_t>(which)].name;
}

TEST(InvariantWatch, CutsIntoPacketsWhatIsMqttAndNothingElse) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, https, WireKind::opening);
  run.up(1, https, {"\xc0\x00", 2});
  EXPECT_EQ(run.exercised(in_order), 0u);
}

TEST(InvariantWatch, KeepsTheDirectionsOfALinkAndTheLinksOfADeviceApart) {
  const std::string publish = ScriptedRun::publish_packet('\x30', "t", 0, "x");
  ScriptedRun run(Seat::fleet);
  run.knock(0, {});
  run.up(1, {}, publish.substr(0, 3));
  run.down(2, {}, {"\xd0\x00", 2});
  run.up(3, {}, publish.substr(3));
  EXPECT_EQ(run.exercised(in_order), 4u);
  EXPECT_EQ(run.count(Sometimes::packet_came_in_pieces), 1u);
  run.down(4, {}, "\xd0");
  run.wire(5, {.connection = 2}, WireKind::opening);
  run.wire(5, {.connection = 3}, WireKind::opening);
  run.down(6, {}, std::string_view{"\x00", 1});
  EXPECT_EQ(run.exercised(in_order), 5u);
  EXPECT_EQ(run.count(Sometimes::packet_came_in_pieces), 2u);
  EXPECT_EQ(run.violated(in_order), 0u);
}

TEST(InvariantWatch, ANewLinkBeginsWithoutWhatAnOldOneLeftHalfSaid) {
  ScriptedRun run(Seat::fleet);
  for (std::uint32_t connection = 1; connection <= 20; ++connection) {
    run.knock(connection * 10, {.connection = connection});
    run.up(connection * 10 + 1, {.connection = connection}, "\x30");
    run.down(connection * 10 + 1, {.connection = connection}, "\x30");
  }
  EXPECT_EQ(run.violated(in_order), 0u);
  EXPECT_EQ(run.exercised(in_order), 40u);
}

TEST(Findings, OfSeveralThreadsAddUp) {
  const auto found = [](std::uint32_t connects) {
    ScriptedRun run(Seat::fleet);
    for (std::uint32_t n = 1; n <= connects; ++n) run.knock(n * 10'000, {.connection = n});
    run.down(connects * 10'000 + 1, {.connection = connects}, "\xd0");
    run.down(connects * 10'000 + 2, {.connection = connects}, std::string_view{"\x00", 1});
    return run.watch().findings();
  };
  const Findings two = found(2);
  Findings sum = found(1);
  const Findings one = sum;
  sum.merge(two);
  for (std::size_t i = 0; i < sum.exercised.size(); ++i) EXPECT_EQ(sum.exercised[i], one.exercised[i] + two.exercised[i]) << i;
  EXPECT_EQ(sum.sometimes[static_cast<std::size_t>(Sometimes::packet_came_in_pieces)], 2u);
}

TEST(DocumentedWaits, ACapIsNeverBelowItsFloor) {
  EXPECT_EQ(documented_waits("reference", {.floor = seconds{9}, .cap = seconds{3}}).cap, seconds{9});
}

TEST(DocumentedGroup, TakesFromTheConfigurationWhatDocumentsLeaveOpen) {
  device::DeviceConfig config;
  config.keep_alive_s = 100;
  config.backoff.stable_online = seconds{77};
  const GroupFacts group = documented_group("reference", config);
  EXPECT_EQ(group.silence_max, seconds{75}) << "three quarters of its keep-alive";
  EXPECT_EQ(group.stable_online, seconds{77});
  EXPECT_EQ(group.comeback, Comeback::always);
  EXPECT_TRUE(group.bootstraps);
  EXPECT_TRUE(group.replies_to_notify);
  EXPECT_FALSE(group.reboots_to_move);
  EXPECT_FALSE(group.registers);
  config.start_from = device::StartFrom::fixed_endpoint;
  EXPECT_FALSE(documented_group("reference", config).bootstraps);
}

TEST(DocumentedGroup, KnowsEachProfilesHabits) {
  const device::DeviceConfig config;
  EXPECT_FALSE(documented_group("living", config).replies_to_notify);
  EXPECT_TRUE(documented_group("esp-gateway", config).reboots_to_move);
  for (const std::string_view profile : {"linksdk-4", "legacy", "node-sdk"})
    EXPECT_EQ(documented_group(profile, config).comeback, Comeback::unless_moved) << profile;
  EXPECT_EQ(documented_group("linksdk-4", config).silence_max, seconds{25} * (device::limits::pings_unanswered_max + 1));
  for (const std::string_view profile : {"legacy", "node-sdk"}) EXPECT_FALSE(documented_group(profile, config).bootstraps) << profile;
}

TEST(DocumentedGroup, KnowsWhoRegistersAndWhoGetsAToken) {
  device::DeviceConfig config;
  config.registration = device::Registration::mqtt;
  EXPECT_TRUE(documented_group("reference", config).registers);
  EXPECT_FALSE(documented_group("reference", config).gets_a_token);
  config.registration = device::Registration::mqtt_nwl;
  EXPECT_TRUE(documented_group("reference", config).gets_a_token);
}

TEST(DocumentedGroup, AProfilesOwnTimesComeBeforeTheConfigurations) {
  device::FirmwareProfile profile;
  profile.session.keep_alive_s = 40;
  profile.session.connect_timeout = seconds{3};
  profile.session.publish_retry = seconds{4};
  device::DeviceConfig config;
  config.profile = &profile;
  const GroupFacts group = documented_group("reference", config);
  EXPECT_EQ(group.silence_max, seconds{30});
  EXPECT_EQ(group.connect_timeout, seconds{3});
  EXPECT_EQ(group.publish_retry, seconds{4});
}

}  // namespace
}  // namespace fleetsim::sim::situations_test
