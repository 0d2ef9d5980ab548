// What excuses a device: waits, moves and returns that look wrong and are right, and those that no excuse covers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/invariants/recovery_bound.hpp"
#include "tests/sim/invariants/scripted_run.hpp"

namespace fleetsim::sim::excuses_test {
namespace {

using device::Event;
using device::EventKind;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Link = ScriptedRun::Link;

constexpr std::string_view backoff = "backoff_respected";
constexpr std::string_view recovers = "recovers_after_heal";

Link mqtt(std::uint32_t connection) { return {.connection = connection}; }
Link ask(std::uint32_t connection) { return {.connection = connection, .leg = device::Leg::bootstrap}; }

/// A session that it is moved out of; `waits_ms` until it asks for its new place.
struct Move {
  std::int64_t at_ms = 0;
  std::uint32_t number = 1;
  std::int64_t online_ms = 10;
  std::int64_t waits_ms = 1;
};
void move(ScriptedRun& run, const Move& one) {
  const std::int64_t gone = one.at_ms + one.online_ms;
  run.wire(one.at_ms, mqtt(one.number), WireKind::opening);
  run.tell(one.at_ms, meter, {EventKind::connected, EventKind::notified});
  run.tell(gone, meter, {EventKind::disconnected});
  run.wire(gone, mqtt(one.number), WireKind::finished);
  run.wire(gone + one.waits_ms, ask(one.number), WireKind::opening);
  run.tell(gone + one.waits_ms + 1, meter, {EventKind::bootstrap_answered});
  run.wire(gone + one.waits_ms + 2, ask(one.number), WireKind::finished);
}

TEST(BackoffRespected, AStableTimeFreesTheMoveBehindItAndTheNextOnesCount) {
  ScriptedRun run(Seat::fleet);
  move(run, {.at_ms = 0, .number = 1, .online_ms = 60'000});
  for (std::uint32_t n = 2; n <= 5; ++n) move(run, {.at_ms = 100'000 + 100 * n, .number = n});
  EXPECT_EQ(run.violated(backoff), 0u);
  move(run, {.at_ms = 101'000, .number = 6});
  EXPECT_EQ(run.violated(backoff), 1u);
}

TEST(BackoffRespected, AStableTimeForgetsTheMovesBeforeIt) {
  ScriptedRun run(Seat::fleet);
  for (std::uint32_t n = 1; n <= 3; ++n) move(run, {.at_ms = 100 * n, .number = n});
  move(run, {.at_ms = 1'000, .number = 4, .online_ms = 60'000});
  for (std::uint32_t n = 5; n <= 8; ++n) move(run, {.at_ms = 100'000 + 100 * n, .number = n});
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, AMoveThatWaitsTheFloorIsNoQuickOne) {
  FleetFacts facts = scripted_facts();
  facts.clock_rate_error_ppm = 10'000;
  ScriptedRun run(Seat::fleet, facts);
  for (std::uint32_t n = 1; n <= 8; ++n) move(run, {.at_ms = 10'000 * n, .number = n, .waits_ms = 995});
  EXPECT_EQ(run.violated(backoff), 0u) << "by a clock that is fast it was a second";
}

TEST(BackoffRespected, AFastClockHasItsStableTimeEarlier) {
  FleetFacts facts = scripted_facts();
  facts.clock_rate_error_ppm = 10'000;
  ScriptedRun run(Seat::fleet, facts);
  for (std::uint32_t n = 1; n <= 8; ++n) move(run, {.at_ms = 100'000 * n, .number = n, .online_ms = 59'500});
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, ATimeOnlineInWhichTheClockWasSetMayHaveBeenStable) {
  FleetFacts facts = scripted_facts();
  facts.clock_jumps = {ScriptedRun::at(505)};
  ScriptedRun run(Seat::fleet, facts);
  for (std::uint32_t n = 1; n <= 5; ++n) move(run, {.at_ms = 100 * n, .number = n});
  EXPECT_EQ(run.violated(backoff), 0u);
}

FleetFacts first_try_at_once(bool success_forgives) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].waits = {.first = Duration{0}, .floor = seconds{3}, .cap = seconds{30}, .success_forgives = success_forgives};
  return facts;
}
/// Two sessions that break at once, each after a connect at once.
std::size_t violations_of_two_short_sessions(bool success_forgives) {
  ScriptedRun run(Seat::fleet, first_try_at_once(success_forgives));
  for (std::uint32_t n = 1; n <= 3; ++n) {
    run.wire(1'000 * n, mqtt(n), WireKind::opening);
    run.tell(1'000 * n + 1, meter, {EventKind::connected});
    run.tell(1'000 * (n + 1), meter, {EventKind::connection_lost});
    run.wire(1'000 * (n + 1), mqtt(n), WireKind::reset);
  }
  return run.violated(backoff);
}

TEST(BackoffRespected, ASuccessForgivesOnlyWhereTheFirmwareIsSuch) {
  EXPECT_EQ(violations_of_two_short_sessions(true), 0u);
  EXPECT_EQ(violations_of_two_short_sessions(false), 1u);
}

TEST(BackoffRespected, AStableTimeForgivesEarlierFailures) {
  ScriptedRun run(Seat::fleet, first_try_at_once(false));
  run.wire(0, mqtt(1), WireKind::opening);
  run.tell(1, meter, {EventKind::connected, EventKind::connection_lost});
  run.wire(1'000, mqtt(1), WireKind::reset);
  run.wire(1'000, mqtt(2), WireKind::opening);
  run.tell(1'001, meter, {EventKind::connected});
  run.tell(70'000, meter, {EventKind::connection_lost});
  run.wire(70'000, mqtt(2), WireKind::reset);
  run.wire(70'000, mqtt(3), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, TheEndOfADownloadIsNotTheSessions) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, mqtt(1), WireKind::opening);
  run.tell(1, meter, {EventKind::connected});
  run.wire(200, ask(1), WireKind::opening);
  run.wire(300, ask(1), WireKind::finished);
  run.wire(90'000, mqtt(1), WireKind::reset);
  run.wire(90'500, mqtt(2), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 1u) << "half a second after the session's end";
}

TEST(BackoffRespected, ALinkHasEndedAtItsFirstSign) {
  ScriptedRun run(Seat::fleet);
  run.wire(0, mqtt(1), WireKind::opening);
  run.wire(100, mqtt(1), WireKind::finished, Direction::down);
  run.wire(900, mqtt(1), WireKind::reset);
  run.wire(1'150, mqtt(2), WireKind::opening);
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, AWaitIsOverWhenATryBegins) {
  ScriptedRun run(Seat::fleet);
  run.tell(0, meter, {EventKind::retry_scheduled});
  run.tell(2'000, meter, {EventKind::connect_started});
  run.tell(60'000, meter, {EventKind::bootstrap_started});
  run.watch().at_end(ScriptedRun::at(90'000));
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, TheCapItselfMayBeAnnounced) {
  ScriptedRun run(Seat::fleet);
  run.tell(0, meter, Event{.kind = EventKind::retry_scheduled, .delay = seconds{8}});
  EXPECT_EQ(run.violated(backoff), 0u);
}

TEST(BackoffRespected, AClockThatIsSetExcusesALongWait) {
  ScriptedRun told(Seat::fleet);
  told.tell(0, meter, {EventKind::retry_scheduled});
  told.mishap(10, meter, Mishap::clock_changed);
  told.tell(20'000, meter, {EventKind::connect_started});
  EXPECT_EQ(told.violated(backoff), 0u);
  FleetFacts facts = scripted_facts();
  facts.clock_jumps = {ScriptedRun::at(500)};
  ScriptedRun known(Seat::fleet, facts);
  known.tell(0, meter, {EventKind::retry_scheduled});
  known.tell(20'000, meter, {EventKind::connect_started});
  EXPECT_EQ(known.violated(backoff), 0u);
}

void order(ScriptedRun& run, std::int64_t ms, FleetOrder::Kind kind) {
  run.watch().on_order({.kind = kind, .at = ScriptedRun::at(ms), .first = meter, .count = 1});
}

TEST(RecoversAfterHeal, WhoSaysThatItGoesMustComeBackToo) {
  for (const EventKind word : {EventKind::disconnected, EventKind::powered_off}) {
    ScriptedRun run(Seat::fleet);
    run.mishap(0, meter, Mishap::powered_on);
    run.tell(1, meter, {EventKind::connected});
    run.phase(2, Phase::healed);
    run.tell(1'000, meter, {word});
    run.watch().at_end(ScriptedRun::at(10'000'000));
    EXPECT_EQ(run.violated(recovers), 1u);
  }
}

TEST(RecoversAfterHeal, OfAWithdrawnDeviceNothingIsExpectedUntilItIsReadmitted) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.phase(0, Phase::healed);
  run.tell(1, meter, {EventKind::connected});
  order(run, 1'000, FleetOrder::Kind::withdraw);
  run.tell(1'001, meter, {EventKind::connection_lost});
  run.watch().at_end(ScriptedRun::at(10'000'000));
  EXPECT_EQ(run.violated(recovers), 0u);
  order(run, 10'000'000, FleetOrder::Kind::readmit);
  run.watch().at_end(ScriptedRun::at(20'000'000));
  EXPECT_EQ(run.violated(recovers), 1u);
}

TEST(RecoversAfterHeal, LossesAreCountedAnewAfterEachHeal) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  for (std::int64_t n = 0; n < 3; ++n) {
    run.phase(10'000 * n, Phase::healed);
    for (int loss = 0; loss < 2; ++loss) run.tell(10'000 * n + 1, meter, {EventKind::connected, EventKind::connection_lost});
    run.phase(10'000 * n + 2, Phase::faulty);
  }
  EXPECT_EQ(run.violated(recovers), 0u);
}

TEST(RecoversAfterHeal, NothingIsAskedBeforeTheFirstHeal) {
  ScriptedRun run(Seat::fleet);
  run.mishap(0, meter, Mishap::powered_on);
  run.tell(1, meter, {EventKind::connected, EventKind::connection_lost});
  run.watch().at_end(ScriptedRun::at(10'000'000));
  EXPECT_EQ(run.violated(recovers), 0u);
}

TEST(RecoveryBound, GrowsByWhatAClockIsSlowAndBySoMuchAsItMayBeSetBack) {
  FleetFacts facts = scripted_facts();
  facts.clock_rate_error_ppm = 10'000;
  facts.clock_jump_max = seconds{7};
  EXPECT_EQ(recovery_bound(facts.groups[0], facts), milliseconds{375'000 + 3'750 + 7'000 + 10});
}

}  // namespace
}  // namespace fleetsim::sim::excuses_test
