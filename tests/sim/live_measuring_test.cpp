// What devices say, turned into figures, and what they publish: without sockets, time as an argument.
#include <gtest/gtest.h>
#include <vector>

#include "sim/world/device_cell.hpp"
#include "sim/world/device_traffic.hpp"
#include "sim/world/observer.hpp"
#include "tests/sim/kept_events.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;
using device::Event;
using device::EventKind;
using device::Failure;
using device::Leg;

Instant at(Duration since) { return Instant(since); }

class KeptInputs final : public TrafficHost {
 public:
  void give(std::uint32_t, const device::Input& input) override {
    if (const auto* publish = std::get_if<device::PublishCommand>(&input)) tokens.push_back(publish->token);
    if (const auto* post = std::get_if<device::PostProperty>(&input)) tokens.push_back(post->token);
  }
  bool can_send(std::uint32_t) override { return room; }
  void pump_later(std::uint32_t) override {}
  bool room = true;
  std::vector<device::Token> tokens;
};

class Measuring : public ::testing::Test {
 protected:
  Measuring() {
    scenario_.groups.resize(1);
    scenario_.groups[0].name = "meters";
    runtime_.scenario = &scenario_;
    runtime_.tag_names = {{"meters"}, {"", "cn-shanghai"}, {"reference"}};
  }

  /// Connected at `host`, asked for by a bootstrap that began then.
  void come_to(Observer& observer, std::string_view host, Instant began, Instant done) {
    cell_.link(Leg::bootstrap).began_at = began;
    observer.on_report(cell_, {.kind = EventKind::bootstrap_answered, .port = 1883, .host = host}, done);
    observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1883, .host = host}, done);
    observer.on_report(cell_, {.kind = EventKind::connected, .port = 1883, .host = host}, done);
  }

  /// A load of ten a second, from now on, of a device that is online.
  void load_ten_a_second(Traffic& traffic, Duration duration = 0s) {
    PublishLoad load;
    load.topic = "t";
    load.rate_per_second_per_device = 10;
    load.duration = duration;
    cell_.online = true;
    traffic.start_load(0, load, at(0s));
    traffic.join_load(cell_, at(0s));
  }

  Scenario scenario_;
  RunRuntime runtime_;
  ShardCounters counters_;
  DeviceCell cell_{*device::Identity::parse("a1TestPK001", "dev0", "secret"), RandomStream::fork(1, "device", 0)};
};

TEST_F(Measuring, AMoveCountsFromItsOwnNotifyNotFromAnEarlierOneThatToldTheDeviceToStay) {
  Observer observer(runtime_, counters_);
  come_to(observer, "127.0.2.1", at(0s), at(1s));
  observer.on_report(cell_, {.kind = EventKind::notified}, at(10s));
  observer.on_report(cell_, {.kind = EventKind::disconnected}, at(10s));
  come_to(observer, "127.0.2.1", at(10s), at(11s));
  EXPECT_EQ(observer.moved_in_group(0), 0U);
  observer.on_report(cell_, {.kind = EventKind::notified}, at(100s));
  observer.on_report(cell_, {.kind = EventKind::disconnected}, at(100s));
  come_to(observer, "127.0.2.2", at(100s), at(102s));
  EXPECT_EQ(observer.moved_in_group(0), 1U);
  EXPECT_EQ(observer.report().metrics.total(Metric::move_seconds).latency.max(), 2'000'000U);
}

TEST_F(Measuring, AReconnectToTheOldPlaceDoesNotEndAMoveThatWasNotAskedAboutYet) {
  Observer observer(runtime_, counters_);
  come_to(observer, "127.0.2.1", at(0s), at(1s));
  observer.on_report(cell_, {.kind = EventKind::notified}, at(10s));
  observer.on_report(cell_, {.kind = EventKind::connection_lost}, at(10s));
  observer.on_report(cell_, {.kind = EventKind::connected}, at(11s));  // by the stored endpoint
  observer.on_report(cell_, {.kind = EventKind::notified}, at(12s));
  come_to(observer, "127.0.2.2", at(12s), at(15s));
  EXPECT_EQ(observer.report().metrics.total(Metric::move_seconds).latency.max(), 5'000'000U);
}

TEST_F(Measuring, AnOpenModelPublishThatFindsNoRoomIsCountedAsDroppedAndAnOrderedOneIsGivenAgain) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  load_ten_a_second(traffic);
  traffic.pump(0, cell_, at(100ms));
  ASSERT_FALSE(host.tokens.empty());
  traffic.on_report(cell_, {.kind = EventKind::publish_rejected, .failure = Failure::no_room, .token = host.tokens[0]}, at(100ms));
  EXPECT_EQ(observer.report().dropped_publishes, 1U);
  EXPECT_EQ(observer.report().metrics.total(Metric::dropped_publishes).count, 1U);
  traffic.stop_load(0);
  host.tokens.clear();
  traffic.order(cell_, 1);
  traffic.pump(0, cell_, at(10s));
  ASSERT_EQ(host.tokens.size(), 1U);
  traffic.on_report(cell_, {.kind = EventKind::publish_rejected, .failure = Failure::no_room, .token = host.tokens[0]}, at(10s));
  EXPECT_EQ(observer.report().dropped_publishes, 1U);
  EXPECT_EQ(cell_.traffic->commands_left, 1U);
}

TEST_F(Measuring, PostsThatNobodyRepliesToGiveTheirPlaceUpAndPostingGoesOn) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  PublishLoad posts;
  posts.rate_per_second_per_device = 10;
  cell_.online = true;
  traffic.start_load(0, posts, at(0s));
  traffic.join_load(cell_, at(0s));
  traffic.pump(0, cell_, at(5s));
  const std::size_t places = device::limits::publishes_in_flight_max;
  ASSERT_EQ(host.tokens.size(), places);
  const Instant next = traffic.deadline(cell_);
  EXPECT_EQ(next, at(5s) + Traffic::reply_patience);
  traffic.pump(0, cell_, next);
  EXPECT_EQ(host.tokens.size(), 2 * places);
}

TEST_F(Measuring, AClosedLoopGoesOnAfterAReplyThatNeverComes) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  cell_.online = true;
  traffic.start_load(0, {}, at(0s));
  traffic.join_load(cell_, at(0s));
  traffic.pump(0, cell_, at(5s));
  ASSERT_EQ(host.tokens.size(), 1U) << "a window of one";
  const Instant next = traffic.deadline(cell_);
  EXPECT_EQ(next, at(5s) + Traffic::reply_patience);
  traffic.pump(0, cell_, next);
  EXPECT_EQ(host.tokens.size(), 2U);
}

TEST_F(Measuring, AClosedLoopGoesOnAtOnceWhenTheDeviceHasMovedAwayFromTheReply) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  cell_.online = true;
  traffic.start_load(0, {}, at(0s));
  traffic.join_load(cell_, at(0s));
  traffic.pump(0, cell_, at(0s));
  ASSERT_EQ(host.tokens.size(), 1U);
  cell_.online = false;
  cell_.online = true;
  traffic.came_online(0, cell_, at(1s));
  traffic.pump(0, cell_, at(1s));
  EXPECT_EQ(host.tokens.size(), 2U);
  traffic.on_report(cell_, {.kind = EventKind::property_replied, .token = host.tokens[0]}, at(2s));
  traffic.pump(0, cell_, at(2s));
  EXPECT_EQ(host.tokens.size(), 2U) << "a late reply to the first lets nothing go";
}

TEST_F(Measuring, WhatCanNeverBePublishedIsNotTriedForEverAndTheDeviceSaysWhy) {
  for (const Failure why : {Failure::too_large, Failure::message_malformed}) {
    Observer observer(runtime_, counters_);
    KeptInputs host;
    Traffic traffic(scenario_, observer, host);
    cell_.online = true;
    cell_.traffic.reset();
    cell_.failure = {};
    counters_.commands_pending = 1;
    traffic.set_command(0, {});
    traffic.order(cell_, 1);
    traffic.pump(0, cell_, at(0s));
    ASSERT_EQ(host.tokens.size(), 1U);
    const Event rejected{.kind = EventKind::publish_rejected, .failure = why, .token = host.tokens[0]};
    observer.on_report(cell_, rejected, at(0s));
    traffic.on_report(cell_, rejected, at(0s));
    EXPECT_EQ(counters_.commands_pending, 0U);
    EXPECT_EQ(counters_.commands_failed.exchange(0), 1U) << "it was not published: that is no success";
    EXPECT_EQ(observer.report().first_unpublished,
              why == Failure::too_large ? "a1TestPK001/dev0: too large" : "a1TestPK001/dev0: malformed message");
    EXPECT_EQ(traffic.deadline(cell_), kNever);
    EXPECT_EQ(cell_.failure.failure, why);
  }
}

TEST_F(Measuring, PublishesAtARateAreNoArrivalsAndLateOnesAreCountedApart) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  load_ten_a_second(traffic);
  traffic.pump(0, cell_, at(500ms));
  EXPECT_EQ(observer.report().arrivals, 0U);
  EXPECT_EQ(observer.report().late_arrivals, 0U);
  EXPECT_EQ(observer.report().paced_publishes, host.tokens.size());
  EXPECT_GE(observer.report().late_publishes, 4U);
  EXPECT_EQ(observer.report().metrics.total(Metric::late_publishes).count, observer.report().late_publishes);
}

TEST_F(Measuring, APublishIsMeasuredFromTheMomentItWasDueAndFromTheMomentItBegan) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  load_ten_a_second(traffic);
  traffic.pump(0, cell_, at(500ms));
  ASSERT_EQ(host.tokens.size(), 5U) << "one each 100 ms, whenever the first of them was due";
  traffic.on_report(cell_, {.kind = EventKind::publish_acknowledged, .token = host.tokens[0]}, at(600ms));
  const Series acks = observer.report().metrics.total(Metric::publish_ack_seconds);
  EXPECT_GT(acks.latency.max(), 500'000U);
  EXPECT_LE(acks.latency.max(), 600'000U);
  EXPECT_EQ(acks.latency_uncorrected.max(), 100'000U);
}

TEST_F(Measuring, APublishThatThePeerHeldBackIsNotLateByOurFault) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  load_ten_a_second(traffic);
  host.room = false;
  traffic.pump(0, cell_, at(100ms));
  EXPECT_EQ(traffic.deadline(cell_), kNever) << "room wakes it, not the clock";
  host.room = true;
  traffic.pump(0, cell_, at(500ms));
  EXPECT_EQ(observer.report().paced_publishes, 5U);
  EXPECT_EQ(observer.report().late_publishes, 0U);
  const Instant next = traffic.deadline(cell_);
  traffic.pump(0, cell_, next + 2 * late_after);
  EXPECT_EQ(observer.report().late_publishes, 1U) << "once it has caught up its lateness is ours again";
}

TEST_F(Measuring, ALoadEndsWithItsDuration) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  load_ten_a_second(traffic, 300ms);
  traffic.pump(0, cell_, at(299ms));
  EXPECT_EQ(host.tokens.size(), 3U);
  traffic.pump(0, cell_, at(10s));
  EXPECT_EQ(host.tokens.size(), 3U);
  EXPECT_EQ(traffic.deadline(cell_), kNever);
}

TEST_F(Measuring, AnOrderedPublishThatFindsNoRoomIsGivenAgain) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  cell_.online = true;
  counters_.commands_pending = 1;
  traffic.set_command(0, {});
  traffic.order(cell_, 1);
  traffic.pump(0, cell_, at(0s));
  ASSERT_EQ(host.tokens.size(), 1U);
  traffic.on_report(cell_, {.kind = EventKind::publish_rejected, .failure = Failure::no_room, .token = host.tokens[0]}, at(0s));
  EXPECT_EQ(counters_.commands_pending, 1U);
  EXPECT_EQ(traffic.deadline(cell_), at(0s) + Traffic::no_room_pause);
  traffic.pump(0, cell_, at(0s) + Traffic::no_room_pause / 2);
  EXPECT_EQ(host.tokens.size(), 1U) << "not before it had its pause";
  traffic.pump(0, cell_, at(0s) + Traffic::no_room_pause);
  ASSERT_EQ(host.tokens.size(), 2U);
  traffic.on_report(cell_, {.kind = EventKind::publish_acknowledged, .token = host.tokens[0]}, at(1s));
  EXPECT_EQ(counters_.commands_pending, 1U) << "of a publish that was refused";
  traffic.on_report(cell_, {.kind = EventKind::publish_acknowledged, .token = host.tokens[1]}, at(1s));
  EXPECT_EQ(counters_.commands_pending, 0U);
}

TEST_F(Measuring, ADeviceThatIsSwitchedOffSaysHowManyOrdersDieWithIt) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  cell_.online = true;
  traffic.set_command(0, {});
  const std::uint32_t places = device::limits::publishes_in_flight_max;
  traffic.order(cell_, places + 4);
  traffic.pump(0, cell_, at(0s));
  ASSERT_EQ(host.tokens.size(), places);
  EXPECT_EQ(traffic.drop(cell_), places + 4) << "those in flight and those that were not begun";
  EXPECT_EQ(traffic.drop(cell_), 0U);
}

TEST_F(Measuring, ALoadThatADeviceCannotCarryIsTriedOnce) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  PublishLoad load;
  load.topic = "t";
  cell_.online = true;
  traffic.start_load(0, load, at(0s));
  traffic.join_load(cell_, at(0s));
  traffic.pump(0, cell_, at(0s));
  ASSERT_EQ(host.tokens.size(), 1U) << "a window of one";
  traffic.on_report(cell_, {.kind = EventKind::publish_rejected, .failure = Failure::too_large, .token = host.tokens[0]}, at(0s));
  traffic.pump(0, cell_, at(1s));
  EXPECT_EQ(host.tokens.size(), 1U);
  EXPECT_EQ(observer.report().loads_refused, 1U);
  EXPECT_EQ(observer.report().first_load_refused, "a1TestPK001/dev0: too large");
  traffic.join_load(cell_, at(2s));
  traffic.pump(0, cell_, at(2s));
  EXPECT_EQ(host.tokens.size(), 2U) << "another load may be one that it can carry";
}

TEST_F(Measuring, APropertyPostIsOnePublishThoughTheDeviceReportsItTwice) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  cell_.online = true;
  traffic.start_load(0, {}, at(0s));
  traffic.join_load(cell_, at(0s));
  traffic.pump(0, cell_, at(0s));
  ASSERT_EQ(host.tokens.size(), 1U);
  for (const EventKind kind : {EventKind::published, EventKind::property_posted, EventKind::publish_acknowledged}) {
    traffic.on_report(cell_, {.kind = kind, .token = host.tokens[0]}, at(1s));
  }
  EXPECT_EQ(counters_.publishes, 1U);
  traffic.pump(0, cell_, at(1s));
  EXPECT_EQ(host.tokens.size(), 1U) << "over when the reply has come, not with the acknowledgement";
  traffic.on_report(cell_, {.kind = EventKind::property_replied, .token = host.tokens[0]}, at(2s));
  EXPECT_EQ(observer.report().metrics.total(Metric::property_reply_seconds).latency.max(), 2'000'000U);
  traffic.pump(0, cell_, at(2s));
  EXPECT_EQ(host.tokens.size(), 2U);
}

TEST_F(Measuring, ADeviceThatGoesStraightToItsStoredEndpointIsCountedInTheRegionThatIsThere) {
  runtime_.region_of_host["127.0.2.1:1883"] = 1;
  Observer observer(runtime_, counters_);
  observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1883, .host = "127.0.2.1"}, at(0s));
  observer.on_report(cell_, {.kind = EventKind::connected}, at(1s));
  observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1884, .host = "127.0.2.1"}, at(2s));
  observer.on_report(cell_, {.kind = EventKind::connect_failed}, at(3s));
  for (const Series& series : observer.report().metrics.all()) {
    if (series.metric != Metric::connects && series.metric != Metric::connect_failures) continue;
    EXPECT_EQ(series.tags.region, series.metric == Metric::connects ? 1U : 0U) << "nobody knows the second place";
  }
}

TEST_F(Measuring, WhyADeviceIsNotOnlineIsWhatHappenedToItLastAndForgottenWhenItComesBack) {
  Observer observer(runtime_, counters_);
  observer.on_report(cell_, {.kind = EventKind::connect_refused, .code = 3}, at(0s));
  observer.on_report(cell_, {.kind = EventKind::connected}, at(1s));
  EXPECT_FALSE(cell_.failure.known);
  observer.on_report(cell_, {.kind = EventKind::connection_lost, .failure = Failure::ping_timeout}, at(2s));
  EXPECT_TRUE(cell_.failure.known);
  EXPECT_EQ(cell_.failure.failure, Failure::ping_timeout);
  EXPECT_EQ(observer.online_in_group(0), 0U);
}

TEST_F(Measuring, EventsShowTheDevicesAddressWhereItOpensALink) {
  test::KeptEvents kept;
  runtime_.events = &kept;
  cell_.address = IpAddress::from_v4(0xcb007107);
  Observer observer(runtime_, counters_);
  observer.on_report(cell_, {.kind = EventKind::bootstrap_started}, at(0s));
  observer.on_report(cell_, {.kind = EventKind::connect_started, .port = 1883, .host = "127.0.2.1"}, at(1s));
  observer.on_report(cell_, {.kind = EventKind::connected}, at(2s));
  observer.flush_events();
  ASSERT_EQ(kept.events().size(), 3U);
  EXPECT_EQ(kept.events()[0].address, "203.0.113.7");
  EXPECT_EQ(kept.events()[1].address, "203.0.113.7");
  EXPECT_EQ(kept.events()[1].detail, "127.0.2.1:1883");
  EXPECT_EQ(kept.events()[2].address, "");
}

}  // namespace
}  // namespace fleetsim::sim
