// What the platform's events add up to: how far each handover came, moves that devices must or may have noticed, sessions, spans of
// commits.
#include "sim/world/platform_ledger.hpp"

#include <gtest/gtest.h>
#include <optional>

#include "tests/sim/controller/run_scenarios.hpp"
#include "tests/sim/kept_events.hpp"

namespace fleetsim::sim {
namespace {

using platform::PlatformEvent;
using platform::PlatformEventKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Ledger : public ::testing::Test {
 protected:
  Ledger() : scenario_(test::small_scenario(2)) {
    for (std::uint32_t i = 0; i < 2; ++i) roster_.devices.push_back({.index = i, .address = {}, .position = i});
    roster_.triples.push_back({.product_key = "a1Meter0001", .device_prefix = "meter-", .listed = nullptr});
    ledger_.emplace(roster_, scenario_, &kept_);
  }

  void tell(PlatformEventKind kind, std::string_view instance, Duration at, std::string_view job = "j1", std::int32_t code = 0) {
    ledger_->on_event({.kind = kind,
                       .product_key = "a1Meter0001",
                       .device_name = "meter-000000",
                       .instance = instance,
                       .region = "cn-shanghai",
                       .job = job,
                       .reason = {},
                       .code = kind == PlatformEventKind::notify_replied && code == 0 ? 200 : code,
                       .peer = {}},
                      Instant{at});
  }
  std::string reason() const { return ledger_->stranded_reason(0); }
  std::uint64_t notify_samples() const { return ledger_->metrics().total(Metric::notify_seconds).latency.count(); }

  Scenario scenario_;
  Roster roster_;
  test::KeptEvents kept_;
  std::optional<PlatformLedger> ledger_;
};

TEST_F(Ledger, SaysOfEveryPlaceWhereAHandoverCanStopThatItStoppedThere) {
  EXPECT_EQ(reason(), "not in handover");
  tell(PlatformEventKind::bootstrap_answered, "a", seconds{0});
  tell(PlatformEventKind::connect_refused, "a", seconds{0}, "", 4);
  EXPECT_EQ(reason(), "not in handover") << "what happens outside of a handover says nothing about one";
  tell(PlatformEventKind::handover_started, "a", seconds{1});
  EXPECT_EQ(reason(), "never came online at a since the job");
  tell(PlatformEventKind::bootstrap_answered, "b", seconds{2});
  EXPECT_EQ(reason(), "bootstrap answered (b), no CONNECT there") << "it came by itself, unnotified";
  tell(PlatformEventKind::handover_started, "a", seconds{1});
  tell(PlatformEventKind::notify_sent, "a", seconds{2});
  EXPECT_EQ(reason(), "notified, no reply");
  tell(PlatformEventKind::notify_replied, "a", seconds{3});
  EXPECT_EQ(reason(), "notified and replied, no bootstrap request since");
  tell(PlatformEventKind::notify_sent, "a", seconds{3});
  EXPECT_EQ(reason(), "notified and replied, no bootstrap request since") << "a second notify takes nothing back";
  tell(PlatformEventKind::bootstrap_answered, "b", seconds{4});
  EXPECT_EQ(reason(), "replied, bootstrap answered (b), no CONNECT there");
  tell(PlatformEventKind::connect_refused, "b", seconds{5}, "j1", 5);
  EXPECT_EQ(reason(), "replied, connect refused 5 at b");
  tell(PlatformEventKind::committed, "b", seconds{6});
  EXPECT_EQ(reason(), "not in handover");
  EXPECT_EQ(ledger_->stranded_reason(1), "not in handover") << "the other device had no part in it";
}

TEST_F(Ledger, SaysOfADeviceThatWasOnlineAndNotNotifiedThatItHasNotSubscribed) {
  const std::string unsubscribed = "not subscribed to thing/bootstrap/notify, online at a since the job";
  tell(PlatformEventKind::device_connected, "a", seconds{0});
  tell(PlatformEventKind::handover_started, "a", seconds{1});
  EXPECT_EQ(reason(), unsubscribed) << "online already";
  tell(PlatformEventKind::device_disconnected, "a", seconds{2});
  EXPECT_EQ(reason(), unsubscribed) << "it was";
  tell(PlatformEventKind::handover_started, "a", seconds{3});
  EXPECT_EQ(reason(), "never came online at a since the job") << "of the next job it heard nothing";
  tell(PlatformEventKind::device_connected, "a", seconds{4});
  EXPECT_EQ(reason(), unsubscribed);
  tell(PlatformEventKind::notify_sent, "a", seconds{5});
  EXPECT_EQ(reason(), "notified, no reply");
}

TEST_F(Ledger, ASessionLeftOverAtTheSourceEndsWithoutTakingTheDeviceOffline) {
  tell(PlatformEventKind::device_connected, "a", seconds{0});
  tell(PlatformEventKind::handover_started, "a", seconds{1});
  tell(PlatformEventKind::committed, "b", seconds{2});
  tell(PlatformEventKind::device_connected, "b", seconds{2});
  tell(PlatformEventKind::device_disconnected, "a", seconds{3});
  tell(PlatformEventKind::handover_started, "b", seconds{4});
  EXPECT_EQ(reason(), "not subscribed to thing/bootstrap/notify, online at b since the job");
}

TEST_F(Ledger, MeasuresFromTheJobToTheFirstReplyAndToNoOther) {
  tell(PlatformEventKind::notify_replied, "a", seconds{1});
  EXPECT_EQ(notify_samples(), 0U) << "to no job that is known";
  tell(PlatformEventKind::handover_started, "a", seconds{1});
  tell(PlatformEventKind::notify_sent, "a", seconds{2});
  tell(PlatformEventKind::notify_replied, "a", seconds{4});
  tell(PlatformEventKind::notify_sent, "a", seconds{5});
  tell(PlatformEventKind::notify_replied, "a", seconds{6});
  ASSERT_EQ(notify_samples(), 1U);
  EXPECT_EQ(ledger_->metrics().total(Metric::notify_seconds).latency.max(), 3'000'000U);
}

TEST_F(Ledger, AMoveMustBeNoticedAfterAReplyAndMayBeAfterANotify) {
  tell(PlatformEventKind::handover_started, "a", seconds{1});
  tell(PlatformEventKind::committed, "b", seconds{2});
  EXPECT_EQ(ledger_->noticed_moves().at_most, 0U) << "it came back from being offline and never heard of a job";
  tell(PlatformEventKind::handover_started, "b", seconds{3});
  tell(PlatformEventKind::notify_sent, "b", seconds{3});
  tell(PlatformEventKind::committed, "a", seconds{4});
  EXPECT_EQ(ledger_->noticed_moves().at_least, 0U);
  EXPECT_EQ(ledger_->noticed_moves().at_most, 1U);
  tell(PlatformEventKind::handover_started, "a", seconds{5});
  tell(PlatformEventKind::notify_sent, "a", seconds{5});
  tell(PlatformEventKind::notify_replied, "a", seconds{5});
  tell(PlatformEventKind::committed, "b", seconds{6});
  EXPECT_EQ(ledger_->noticed_moves().at_least, 1U);
  EXPECT_EQ(ledger_->noticed_moves().at_most, 2U);
  tell(PlatformEventKind::handover_started, "b", seconds{7});
  tell(PlatformEventKind::notify_sent, "b", seconds{7});
  tell(PlatformEventKind::notify_replied, "b", seconds{7});
  tell(PlatformEventKind::committed, "b", seconds{8});
  EXPECT_EQ(ledger_->noticed_moves().at_least, 1U) << "nearest access told it to stay";
  EXPECT_EQ(ledger_->noticed_moves().at_most, 2U);
}

TEST_F(Ledger, ACommitWithoutAHandoverIsNobodysMove) {
  ledger_->assign_job("j1", 0);
  tell(PlatformEventKind::committed, "b", seconds{1});
  tell(PlatformEventKind::handover_started, "a", seconds{2});
  tell(PlatformEventKind::notify_sent, "a", seconds{2});
  tell(PlatformEventKind::committed, "b", seconds{3});
  tell(PlatformEventKind::committed, "b", seconds{4});
  EXPECT_EQ(ledger_->noticed_moves().at_most, 1U);
  EXPECT_EQ(ledger_->spans().at(0).commits, 1U);
}

TEST_F(Ledger, CountsOfAGroupWhoWasAskedToMoveAndHasMovedSince) {
  const auto counts = [&] { return std::pair{ledger_->moves(0).asked, ledger_->moves(0).moved}; };
  const auto move = [&](const char* from, const char* to) {
    tell(PlatformEventKind::handover_started, from, seconds{1});
    tell(PlatformEventKind::committed, to, seconds{2});
  };
  move("a", "b");
  EXPECT_EQ(counts(), std::pair(0UL, 0UL)) << "nobody of ours asked";
  ledger_->asked_to_move(0, 2);
  EXPECT_EQ(counts(), std::pair(2UL, 0UL));
  move("b", "a");
  EXPECT_EQ(counts(), std::pair(2UL, 1UL));
  tell(PlatformEventKind::committed, "a", seconds{3});
  EXPECT_EQ(counts(), std::pair(2UL, 1UL)) << "once for a job";
  ledger_->asked_to_move(0, 1);
  EXPECT_EQ(counts(), std::pair(2UL, 0UL)) << "it is to move again";
  ledger_->was_refused(0);
  move("a", "b");
  EXPECT_EQ(counts(), std::pair(2UL, 0UL)) << "the job did not take it";
}

TEST_F(Ledger, ASpanGoesFromTheFirstToTheLastCommitOfTheJobsOfOneStep) {
  ledger_->assign_job("j1", 0);
  ledger_->assign_job("j2", 0);
  ledger_->assign_job("j3", 1);
  for (const auto& [job, at] : {std::pair{"j1", 1}, {"j2", 4}, {"j3", 9}, {"unknown", 10}}) {
    tell(PlatformEventKind::handover_started, "a", seconds{at}, job);
    tell(PlatformEventKind::committed, "b", seconds{at}, job);
  }
  ASSERT_EQ(ledger_->spans().size(), 2U);
  EXPECT_EQ(ledger_->spans().at(0).commits, 2U);
  EXPECT_EQ(ledger_->spans().at(0).first, Instant{seconds{1}});
  EXPECT_EQ(ledger_->spans().at(0).last, Instant{seconds{4}});
  EXPECT_EQ(ledger_->spans().at(1).commits, 1U);
}

TEST_F(Ledger, CountsSessionsByInstanceWhoeverTheyBelongTo) {
  const PlatformEvent stranger{.kind = PlatformEventKind::device_connected,
                               .product_key = "pk",
                               .device_name = "other",
                               .instance = "a",
                               .region = {},
                               .job = {},
                               .reason = {},
                               .code = 0,
                               .peer = {}};
  ledger_->on_event(stranger, Instant{});
  tell(PlatformEventKind::device_connected, "a", seconds{1});
  tell(PlatformEventKind::device_connected, "b", seconds{1});
  tell(PlatformEventKind::device_disconnected, "a", seconds{2});
  EXPECT_EQ(ledger_->sessions().at("a"), 1);
  EXPECT_EQ(ledger_->sessions().at("b"), 1);
}

TEST_F(Ledger, WritesItsEventsInBatchesWithGroupJobAndReason) {
  ledger_->on_event({.kind = PlatformEventKind::job_state_changed,
                     .product_key = {},
                     .device_name = {},
                     .instance = "a",
                     .region = "r",
                     .job = "j1",
                     .reason = "finished",
                     .code = 0,
                     .peer = {}},
                    Instant{milliseconds{5}});
  tell(PlatformEventKind::committed, "b", seconds{1}, "j1");
  EXPECT_EQ(kept_.batches(), 0) << "a lock for every event would cost more than the event";
  ledger_->flush();
  ledger_->flush();
  EXPECT_EQ(kept_.batches(), 1);
  ASSERT_EQ(kept_.events().size(), 2U);
  EXPECT_EQ(kept_.events()[0].detail, "j1: finished");
  EXPECT_EQ(kept_.events()[0].group, "");
  EXPECT_EQ(kept_.events()[0].device, "");
  EXPECT_EQ(kept_.events()[1].side, EventSide::platform);
  EXPECT_EQ(kept_.events()[1].kind, "committed");
  EXPECT_EQ(kept_.events()[1].device, "a1Meter0001/meter-000000");
  EXPECT_EQ(kept_.events()[1].group, "meters");
  EXPECT_EQ(kept_.events()[1].instance, "b");
  EXPECT_EQ(kept_.events()[1].detail, "j1");
  EXPECT_EQ(kept_.events()[1].address, "");
}

/// It was told a command that it does not know, and came back for another reason (seed 6988 of chaos).
TEST_F(Ledger, AReplyThatRefusesIsNoReasonToNoticeAMove) {
  tell(PlatformEventKind::handover_started, "a", seconds{1});
  tell(PlatformEventKind::notify_sent, "a", seconds{1});
  tell(PlatformEventKind::notify_replied, "a", seconds{2}, "j1", 460);
  EXPECT_EQ(notify_samples(), 1U) << "it is a reply nevertheless";
  tell(PlatformEventKind::committed, "b", seconds{9});
  EXPECT_EQ(ledger_->noticed_moves().at_least, 0U);
  EXPECT_EQ(ledger_->noticed_moves().at_most, 1U);
}

/// Its CONNACK may have been lost on the way (seed 1631 of chaos): then it never came online there, and counts nothing.
TEST_F(Ledger, AMoveThatTheNextJobOvertakesNeedNotHaveBeenNoticedUntilTheDeviceIsHeardOfThere) {
  tell(PlatformEventKind::handover_started, "a", seconds{1}, "j1");
  tell(PlatformEventKind::notify_sent, "a", seconds{1}, "j1");
  tell(PlatformEventKind::notify_replied, "a", seconds{1}, "j1");
  tell(PlatformEventKind::committed, "b", seconds{2}, "j1");
  EXPECT_EQ(ledger_->noticed_moves().at_least, 1U);
  tell(PlatformEventKind::handover_started, "b", seconds{3}, "j2");
  EXPECT_EQ(ledger_->noticed_moves().at_least, 0U);
  tell(PlatformEventKind::handover_started, "b", seconds{4}, "j3");
  EXPECT_EQ(ledger_->noticed_moves().at_least, 0U) << "once";
  tell(PlatformEventKind::notify_sent, "b", seconds{5}, "j3");
  tell(PlatformEventKind::notify_replied, "b", seconds{5}, "j3");
  EXPECT_EQ(ledger_->noticed_moves().at_least, 1U) << "it could not reply where it was not";
  EXPECT_EQ(ledger_->noticed_moves().at_most, 1U);
}

TEST_F(Ledger, CountsAMoveThatTheDeviceWasToldOfByTheJobBeforeAsOneThatItMayHaveNoticed) {
  tell(PlatformEventKind::device_connected, "a", seconds{0});
  tell(PlatformEventKind::handover_started, "a", seconds{1}, "j1");
  tell(PlatformEventKind::notify_sent, "a", seconds{1}, "j1");
  tell(PlatformEventKind::handover_started, "a", seconds{2}, "j2");  // it is on its way already
  tell(PlatformEventKind::committed, "b", seconds{3}, "j2");
  EXPECT_EQ(ledger_->noticed_moves().at_least, 0U);
  EXPECT_EQ(ledger_->noticed_moves().at_most, 1U);
  tell(PlatformEventKind::handover_started, "b", seconds{4}, "j3");
  tell(PlatformEventKind::committed, "a", seconds{5}, "j3");
  EXPECT_EQ(ledger_->noticed_moves().at_most, 1U) << "of a move that is over nothing is carried on";
}

}  // namespace
}  // namespace fleetsim::sim
