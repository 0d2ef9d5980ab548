// What devices say, turned into figures, and what they publish: without sockets, time as an argument.
#include <gtest/gtest.h>
#include <vector>

#include "sim/live/device_cell.hpp"
#include "sim/live/device_traffic.hpp"
#include "sim/live/observer.hpp"

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
  bool can_send(std::uint32_t) override { return true; }
  void pump_later(std::uint32_t) override {}
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

  Scenario scenario_;
  LiveRuntime runtime_;
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
    EXPECT_EQ(traffic.deadline(cell_), kNever);
    EXPECT_EQ(cell_.failure.failure, why);
  }
}

TEST_F(Measuring, PublishesAtARateAreNoArrivalsAndLateOnesAreCountedApart) {
  Observer observer(runtime_, counters_);
  KeptInputs host;
  Traffic traffic(scenario_, observer, host);
  PublishLoad load;
  load.topic = "t";
  load.rate_per_second_per_device = 10;
  cell_.online = true;
  traffic.start_load(0, load, at(0s));
  traffic.join_load(cell_, at(0s));
  traffic.pump(0, cell_, at(500ms));
  EXPECT_EQ(observer.report().arrivals, 0U);
  EXPECT_EQ(observer.report().late_arrivals, 0U);
  EXPECT_EQ(observer.report().paced_publishes, host.tokens.size());
  EXPECT_GE(observer.report().late_publishes, 4U);
  EXPECT_EQ(observer.report().metrics.total(Metric::late_publishes).count, observer.report().late_publishes);
}

}  // namespace
}  // namespace fleetsim::sim
