// When a device may open a link again, and by when it must be back: openings and ends on its wire, and the heal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/invariants/recovery_bound.hpp"
#include "tests/sim/invariants/scripted_run.hpp"

namespace fleetsim::sim {
namespace {

using device::Event;
using device::EventKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Link = ScriptedRun::Link;

constexpr std::string_view backoff = "backoff_respected";
constexpr std::string_view recovers = "recovers_after_heal";

Link mqtt(std::uint32_t connection) { return {.connection = connection}; }
Link ask(std::uint32_t connection) { return {.connection = connection, .leg = device::Leg::bootstrap}; }

/// A try that comes to nothing.
void fail(ScriptedRun& run, std::int64_t ms, const Link& link) {
  run.wire(ms, link, WireKind::opening);
  run.wire(ms + 100, link, WireKind::failed);
}

TEST(BackoffRespected, WaitsBetweenFloorAndCapAreRight) {
  ScriptedRun run(Seat::fleet);
  fail(run, 0, mqtt(1));
  fail(run, 1'100, mqtt(2));
  fail(run, 9'200, mqtt(3));
  fail(run, 11'000, ask(1));
  EXPECT_EQ(run.violated(backoff), 0u);
  EXPECT_EQ(run.exercised(backoff), 3u);
}

TEST(BackoffRespected, AHotLoopIsSeen) {
  ScriptedRun run(Seat::fleet);
  fail(run, 0, mqtt(1));
  fail(run, 1'099, mqtt(2));
  EXPECT_THAT(run.words(backoff), ElementsAre("opens a link 999 ms after the last one ended; its firmware waits 1000 ms at least"));
}

TEST(BackoffRespected, TheOtherLegIsNoWayAroundIt) {
  ScriptedRun run(Seat::fleet);
  fail(run, 0, mqtt(1));
  fail(run, 200, ask(1));
  EXPECT_EQ(run.violated(backoff), 1u);
}

TEST(BackoffRespected, TriesThatNeverComeToTheNetworkAreJudged) {
  ScriptedRun run(Seat::fleet);
  run.kept_back(0, ask(0), WireKind::opening);
  run.kept_back(0, ask(0), WireKind::failed);
  run.kept_back(1'000, ask(0), WireKind::opening);
  run.kept_back(1'000, ask(0), WireKind::failed);
  EXPECT_EQ(run.violated(backoff), 0u);
  run.kept_back(1'200, ask(0), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 1u);
  EXPECT_EQ(run.exercised(backoff), 2u);
}

TEST(BackoffRespected, ADownloadThatAFaultKeepsBackIsNoTryOfTheDevice) {
  ScriptedRun run(Seat::fleet);
  fail(run, 0, mqtt(1));
  run.wire(2'000, mqtt(2), WireKind::opening);
  run.tell(2'100, meter, {EventKind::connected});
  run.kept_back(2'200, ask(0), WireKind::opening);
  run.kept_back(2'200, ask(0), WireKind::failed);
  run.kept_back(2'300, ask(0), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, ABackoffWithoutACapIsSeen) {
  ScriptedRun run(Seat::fleet);
  run.tell(0, meter, {EventKind::retry_scheduled});
  run.tell(8'010, meter, {EventKind::connect_started});
  EXPECT_EQ(run.violated(backoff), 0u);
  run.tell(9'000, meter, {EventKind::retry_scheduled});
  run.tell(17'100, meter, {EventKind::bootstrap_started});
  EXPECT_THAT(run.words(backoff), ElementsAre("has waited 8100 ms; its firmware waits 8000 ms at most"));
}

TEST(BackoffRespected, SoIsOneThatIsOnlyAnnounced) {
  ScriptedRun run(Seat::fleet);
  run.tell(0, meter, Event{.kind = EventKind::retry_scheduled, .delay = std::chrono::seconds{16}});
  EXPECT_THAT(run.words(backoff), ElementsAre("is going to wait 16000 ms; its firmware waits 8000 ms at most"));
}

TEST(BackoffRespected, OneThatNeverTriesAgainIsSeenAtTheEnd) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.tell(0, meter, {EventKind::retry_scheduled});
  run.watch().at_end(ScriptedRun::at(8'005));
  EXPECT_EQ(run.violated(backoff), 0u);
  run.watch().at_end(ScriptedRun::at(8'100));
  EXPECT_EQ(run.violated(backoff), 1u);
}

TEST(BackoffRespected, AnAnswerIsFollowedByAConnectAtOnce) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, ask(1), WireKind::opening);
  run.tell(100, meter, {EventKind::bootstrap_answered});
  run.wire(100, ask(1), WireKind::finished);
  run.wire(101, mqtt(1), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, AnAnswerThatIsNoneIsNot) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, ask(1), WireKind::opening);
  run.tell(100, meter, {EventKind::bootstrap_failed});
  run.wire(100, ask(1), WireKind::finished);
  run.wire(101, mqtt(1), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 1u);
}

TEST(BackoffRespected, AfterAGoodSessionTooTheFirstReconnectWaits) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, mqtt(1), WireKind::opening);
  run.tell(100, meter, {EventKind::connected});
  run.wire(90'000, mqtt(1), WireKind::reset);
  run.wire(90'500, mqtt(2), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 1u);
}

void move_at_once(ScriptedRun& run, std::int64_t ms, std::uint32_t n, std::int64_t online_ms) {
  run.wire(ms, mqtt(n), WireKind::opening);
  run.tell(ms, meter, {EventKind::connected, EventKind::notified});
  run.tell(ms + online_ms, meter, {EventKind::disconnected});
  run.wire(ms + online_ms, mqtt(n), WireKind::finished);
  run.wire(ms + online_ms + 1, ask(n), WireKind::opening);
  run.tell(ms + online_ms + 2, meter, {EventKind::bootstrap_answered});
  run.wire(ms + online_ms + 3, ask(n), WireKind::finished);
}

TEST(BackoffRespected, AMoveIsNoFailure) {
  ScriptedRun run(Seat::fleet);
  move_at_once(run, 0, 1, 10);
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, ButNotAgainAndAgain) {
  ScriptedRun run(Seat::fleet);
  for (std::uint32_t n = 1; n <= 4; ++n) move_at_once(run, 100 * n, n, 10);
  EXPECT_EQ(run.violated(backoff), 0u);
  move_at_once(run, 500, 5, 10);
  EXPECT_THAT(run.words(backoff), ElementsAre("moves at once for the 5th time without a stable time online"));
}

TEST(BackoffRespected, UnlessThereIsAStableTimeBetween) {
  ScriptedRun run(Seat::fleet);
  for (std::uint32_t n = 1; n <= 6; ++n) move_at_once(run, 100'000 * n, n, 60'000);
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, PowerForgetsTheWaitAndAClockThatIsSetExcusesIt) {
  ScriptedRun run(Seat::fleet);
  fail(run, 0, mqtt(1));
  run.mishap(150, meter, Mishap::power_cut);
  run.mishap(160, meter, Mishap::powered_on);
  fail(run, 170, mqtt(2));
  EXPECT_EQ(run.violated(backoff), 0u);
  run.mishap(300, meter, Mishap::clock_changed);
  fail(run, 310, mqtt(3));
  EXPECT_EQ(run.violated(backoff), 0u);
  fail(run, 420, mqtt(4));
  EXPECT_EQ(run.violated(backoff), 1u);
}

TEST(BackoffRespected, ClocksThatAreSetAndFastOnesAreAllowedFor) {
  FleetFacts facts = scripted_facts();
  facts.clock_jumps = {ScriptedRun::at(500)};
  facts.clock_rate_error_ppm = 10'000;
  facts.clock_jump_max = std::chrono::milliseconds{20};
  ScriptedRun run(Seat::fleet, facts);
  fail(run, 0, mqtt(1));
  fail(run, 550, mqtt(2));  // across the jump
  fail(run, 1'641, mqtt(3));
  EXPECT_EQ(run.violated(backoff), 0u);
  fail(run, 2'730, mqtt(4));
  EXPECT_EQ(run.violated(backoff), 1u);
}

TEST(BackoffRespected, ASlowClockMakesAWaitLongerByMoreThanItIsSlow) {
  FleetFacts facts = scripted_facts();
  facts.clock_rate_error_ppm = 50'000;
  const std::int64_t cap_ms = std::chrono::duration_cast<std::chrono::milliseconds>(facts.groups[0].waits.cap).count();
  ScriptedRun run(Seat::fleet, facts);
  run.tell(0, meter, {EventKind::retry_scheduled});
  run.tell(cap_ms * 100 / 95, meter, {EventKind::connect_started});
  EXPECT_EQ(run.violated(backoff), 0u) << "it counts 95 of 100";
  run.tell(cap_ms * 2, meter, {EventKind::retry_scheduled});
  run.tell(cap_ms * 2 + cap_ms * 100 / 95 + 100, meter, {EventKind::connect_started});
  EXPECT_EQ(run.violated(backoff), 1u);
}

TEST(BackoffRespected, WhoStandsInLineMayBeLate) {
  FleetFacts facts = scripted_facts();
  facts.links_are_free = false;
  ScriptedRun run(Seat::fleet, facts);
  run.tell(0, meter, {EventKind::retry_scheduled});
  run.tell(60'000, meter, {EventKind::connect_started});
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, DownloadsAreNoBusinessOfIt) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, mqtt(1), WireKind::opening);
  run.tell(1, meter, {EventKind::connected});
  for (std::uint32_t n = 1; n <= 3; ++n) fail(run, 200 * n, ask(n));
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, ADocumentedFirmwareMayTryOnceAtOnce) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].waits = documented_waits("linksdk-4", {});
  ScriptedRun run(Seat::fleet, facts);
  run.wire(0, mqtt(1), WireKind::opening);
  run.tell(1, meter, {EventKind::connected});
  run.wire(1'000, mqtt(1), WireKind::reset);
  fail(run, 1'000, mqtt(2));
  EXPECT_EQ(run.violated(backoff), 0u);
  fail(run, 4'500, mqtt(3));
  EXPECT_THAT(run.words(backoff), ElementsAre(HasSubstr("its firmware waits 3500 ms at least")));
}

TEST(DocumentedWaits, AreThoseOfTheProfilesPageAndElseTheConfigurations) {
  const device::BackoffConfig config{.floor = std::chrono::seconds{2}, .cap = std::chrono::seconds{30}};
  EXPECT_EQ(documented_waits("reference", config).floor, std::chrono::seconds{2});
  EXPECT_EQ(documented_waits("mutant-no-backoff-cap", config).cap, std::chrono::seconds{30});
  EXPECT_EQ(documented_waits("living", config).cap, std::chrono::seconds{30});
  EXPECT_EQ(documented_waits("node-sdk", config).cap, std::chrono::seconds{1});
  EXPECT_EQ(documented_waits("esp-gateway", config).first, std::chrono::seconds{2});
}

std::int64_t bound_ms(const FleetFacts& facts) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(recovery_bound(facts.groups[0], facts)).count();
}

TEST(RecoversAfterHeal, OneThatComesBackInTimeIsRight) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.phase(1'000, Phase::healed);
  run.tell(1'000 + bound_ms(run.facts()), meter, {EventKind::connected});
  run.watch().at_end(ScriptedRun::at(10'000'000));
  EXPECT_EQ(run.violated(recovers), 0u);
  EXPECT_EQ(run.exercised(recovers), 1u);
}

TEST(RecoversAfterHeal, OneThatDoesNotIsFoundAtItsNextWordOrAtTheEnd) {
  ScriptedRun late(Seat::fleet);
  late.mishap(0, meter, Mishap::powered_on);
  late.phase(1'000, Phase::healed);
  late.tell(1'100 + bound_ms(late.facts()), meter, {EventKind::connected});
  EXPECT_EQ(late.violated(recovers), 1u);
  ScriptedRun never(Seat::fleet);
  never.mishap(0, meter, Mishap::powered_on);
  never.phase(1'000, Phase::healed);
  never.watch().at_end(ScriptedRun::at(500'000));
  EXPECT_THAT(never.words(recovers), ElementsAre("is not online though all is well again and its time to recover is over"));
}

TEST(RecoversAfterHeal, NothingIsAskedWhileFaultsAreOn) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.phase(1'000, Phase::healed);
  run.phase(2'000, Phase::faulty);
  run.watch().at_end(ScriptedRun::at(10'000'000));
  EXPECT_EQ(run.violated(recovers), 0u);
}

TEST(RecoversAfterHeal, NorOfOneThatIsOffOrGoneOrCannot) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].comeback = Comeback::unless_moved;
  ScriptedRun run(Seat::fleet, facts);
  run.phase(0, Phase::healed);
  run.mishap(0, meter, Mishap::powered_on);
  run.ask_to_move(1, meter, {singapore});
  run.mishap(0, lamp, Mishap::powered_on);
  run.mishap(5, lamp, Mishap::powered_off);
  run.watch().at_end(ScriptedRun::at(10'000'000));
  EXPECT_EQ(run.violated(recovers), 0u);
  run.mishap(10'000'001, lamp, Mishap::powered_on);
  run.watch().at_end(ScriptedRun::at(20'000'000));
  EXPECT_EQ(run.violated(recovers), 1u);
}

TEST(RecoversAfterHeal, OneThatComesAndGoesDoesNotStay) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.phase(0, Phase::healed);
  for (int n = 0; n < 2; ++n) run.tell(1'000 * n, meter, {EventKind::connected, EventKind::connection_lost});
  EXPECT_EQ(run.violated(recovers), 0u);
  run.tell(3'000, meter, {EventKind::connected, EventKind::connection_lost});
  EXPECT_THAT(run.words(recovers), ElementsAre("has lost its session 3 times since all was well again"));
}

TEST(RecoveryBound, CountsEveryStepOfTheWorstCase) {
  FleetFacts facts = scripted_facts();
  // 225 + 10 + 10 to find out; 3 x (8 + 20); 8 + 10 + 10 to bootstrap; 8 + 10 to connect; and the world's 10 ms.
  EXPECT_EQ(bound_ms(facts), 245'000 + 84'000 + 28'000 + 18'000 + 10);
  facts.limits_connects = true;
  EXPECT_EQ(bound_ms(facts), 245'000 + 84'000 + 28'000 + 18'000 + 68'000 + 10);
}

}  // namespace
}  // namespace fleetsim::sim
