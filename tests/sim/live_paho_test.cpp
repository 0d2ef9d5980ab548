// Devices whose MQTT leg is Paho's, under the same agent and with the same report.
#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <semaphore>

#include "live_world.hpp"
#include "scripted_peer.hpp"

#include "sim/live/paho_transport.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

PahoNotice message_of(std::string payload) {
  return {.slot = 3, .session = 1, .kind = PahoNotice::Kind::message, .topic = "t", .detail = std::move(payload)};
}

TEST(PahoInbox, HoldsMessagesUpToItsBoundAndTakesMoreOnceTheyAreTaken) {
  const std::size_t one = sizeof(PahoNotice) + 1 + 10;  // topic and payload
  int wakes = 0;
  PahoInbox inbox([&] { ++wakes; }, 2 * one);
  EXPECT_TRUE(inbox.put_message(message_of(std::string(10, 'x'))));
  EXPECT_FALSE(inbox.put_message(message_of(std::string(11, 'x')))) << "one byte too many";
  EXPECT_TRUE(inbox.put_message(message_of(std::string(10, 'x'))));
  EXPECT_FALSE(inbox.put_message(message_of("")));
  EXPECT_EQ(inbox.take().size(), 2U);
  EXPECT_TRUE(inbox.put_message(message_of(std::string(10, 'x'))));
  EXPECT_EQ(wakes, 2) << "when it was empty and is not any more";
}

TEST(PahoInbox, AlwaysHasRoomForWhatAConnectionSaysOfItself) {
  PahoInbox inbox([] {}, 0);
  EXPECT_FALSE(inbox.put_message(message_of("")));
  inbox.put({.slot = 3, .session = 1, .kind = PahoNotice::Kind::closed});
  EXPECT_EQ(inbox.take().size(), 1U);
  inbox.close();
  inbox.put({.slot = 3, .session = 1, .kind = PahoNotice::Kind::closed});
  EXPECT_TRUE(inbox.put_message(message_of(""))) << "dropped like all else, and no reason to end a connection";
  EXPECT_TRUE(inbox.take().empty());
}

/// An inbox that a test waits at.
class WatchedInbox {
 public:
  const std::shared_ptr<PahoInbox>& inbox() const { return inbox_; }
  explicit WatchedInbox(std::size_t bytes_max) : inbox_(std::make_shared<PahoInbox>([this] { filled_.release(); }, bytes_max)) {}
  /// The next notice; the test fails when none comes.
  PahoNotice next() {
    while (waiting_.empty()) {
      if (!filled_.try_acquire_for(30s)) {
        ADD_FAILURE() << "no notice came";
        return {};
      }
      for (PahoNotice& notice : inbox_->take()) waiting_.push_back(std::move(notice));
    }
    PahoNotice first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
  }

 private:
  std::counting_semaphore<> filled_{0};
  std::deque<PahoNotice> waiting_;
  std::shared_ptr<PahoInbox> inbox_;
};

TEST(PahoTransport, HearsNothingOfAConnectionThatItHasLeft) {
  PahoTransport transport({.slot = 3, .inbox = std::make_shared<PahoInbox>([] {}), .ca_file = {}});
  EXPECT_FALSE(transport.accept({.slot = 3, .session = 0, .kind = PahoNotice::Kind::closed})) << "there was none yet";
  transport.open({"127.0.0.1", 1, false});
  transport.open({"127.0.0.1", 1, false});
  EXPECT_FALSE(transport.accept({.slot = 3, .session = 1, .kind = PahoNotice::Kind::closed}));
  EXPECT_TRUE(transport.in_use());
  EXPECT_FALSE(transport.accept({.slot = 3, .session = 2, .kind = PahoNotice::Kind::message})) << "not connected yet";
  EXPECT_TRUE(transport.accept({.slot = 3, .session = 2, .kind = PahoNotice::Kind::closed}));
  EXPECT_FALSE(transport.in_use());
}

TEST(PahoTransport, EndsAConnectionWhoseMessagesFindNoRoomAndTellsTheServer) {
  ScriptedPeer peer;
  WatchedInbox watched(sizeof(PahoNotice) + 2);
  PahoTransport transport({.slot = 3, .inbox = watched.inbox(), .ca_file = {}});
  transport.open({"127.0.0.1", peer.port(), false});
  transport.connect({.client_id = "flooded", .username = {}, .password = {}, .keep_alive_s = 60});
  peer.accept();
  ASSERT_EQ(peer.packet().first, 0x10) << "CONNECT";
  peer.say(std::vector<std::uint8_t>{0x20, 0x02, 0x00, 0x00});
  ASSERT_TRUE(transport.accept(watched.next()));
  // QoS 0 PUBLISH to "t" with one byte, MQTT 3.1.1 §3.3, then one with two, then one with one again.
  peer.say(std::vector<std::uint8_t>{0x30, 0x04, 0x00, 0x01, 't', 'a', 0x30, 0x05, 0x00, 0x01, 't', 'b', 'b'});
  const PahoNotice kept = watched.next();
  EXPECT_EQ(kept.kind, PahoNotice::Kind::message);
  EXPECT_EQ(kept.detail, "a");
  EXPECT_TRUE(transport.accept(kept));
  const PahoNotice end = watched.next();
  ASSERT_EQ(end.kind, PahoNotice::Kind::closed);
  EXPECT_EQ(end.end, device::LinkEnd::no_resources);
  EXPECT_THAT(end.detail, HasSubstr("more messages came than the inbox holds"));
  peer.say(std::vector<std::uint8_t>{0x30, 0x04, 0x00, 0x01, 't', 'c'});
  EXPECT_TRUE(transport.accept(end));
  EXPECT_FALSE(transport.in_use());
  EXPECT_EQ(peer.packet().first, 0xe0) << "DISCONNECT";
  const PahoNotice after = watched.next();
  EXPECT_NE(after.kind, PahoNotice::Kind::message) << "what comes after a lost message is lost as well";
  EXPECT_FALSE(transport.accept(after)) << "of a connection that is over";
  watched.inbox()->close();
  paho_quiesce();
}

class PahoFleet : public ::testing::TestWithParam<DeviceTls> {};

TEST_P(PahoFleet, IsBootstrappedMovedAndMeasuredAsEveryOther) {
  LiveWorld world({.devices = 4, .mqtt_tls = GetParam(), .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 4; }));
  world.distribute(LiveWorld::shanghai, LiveWorld::singapore);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().moves == 4; }));
  const ShardReport report = world.shard().report();
  EXPECT_EQ(metric_count_of(report, Metric::connect_seconds), 8U);
  EXPECT_EQ(metric_count_of(report, Metric::move_seconds), 4U);
  EXPECT_EQ(world.statistics().commits, 4U);
}

INSTANTIATE_TEST_SUITE_P(Transports, PahoFleet, ::testing::Values(DeviceTls::off, DeviceTls::openssl));

TEST(Paho, PublishesAreAcknowledgedByItsDeliveryTokens) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 2; }));
  world.shard().publish(0, {.groups = {}, .count = 50, .qos = 1});
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publish_acks, 100U);
  world.shard().publish(0, {.groups = {}, .count = 10, .qos = 0});
  ASSERT_TRUE(world.eventually([&] { return world.statistics().publishes_received >= 120; }));
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publish_acks, 100U) << "nobody acknowledges QoS 0";
}

TEST(Paho, ATopicThatIsNoneIsGivenUpAsItIsByOurOwnEngine) {
  LiveWorld world({.devices = 1, .transport = Transport::paho, .adjust = [](RunRuntime&, Scenario& scenario) {
                     scenario.groups[0].load = PublishLoad{};
                     scenario.groups[0].load->topic = "meters/#";
                   }});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 1; }));
  world.shard().publish(0, {.groups = {}, .count = 2, .qos = 1});
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publishes, 0U);
  EXPECT_EQ(metric_count_of(world.shard().report(), Metric::disconnects), 0U);
}

TEST(Paho, PropertyPostsGetTheirReplies) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  PublishLoad posts;
  posts.rate_per_second_per_device = 50;
  world.shard().start_load(0, posts);
  EXPECT_TRUE(world.eventually([&] { return metric_count_of(world.shard().report(), Metric::property_reply_seconds) >= 10; }));
}

TEST(Paho, AWrongSecretIsReportedWithTheServersCode) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .wrong_secret_at = 1, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 1 && world.shard().counters().connect_failures > 0; }));
  const ShardReport report = world.shard().report();
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_THAT(report.failures[0].reason, HasSubstr("connect refused: 4"));
}

TEST(Paho, GoesOffInAnOrderlyWayAndComesBack) {
  LiveWorld world({.devices = 3, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
  world.shard().power_off(0, false);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().powered_on == 0; }));
  EXPECT_TRUE(world.eventually([&] { return world.statistics().sessions_online == 0; }));
  world.bring_up(0us);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
}

TEST(Paho, HearsThatThePlatformIsGone) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 2; }));
  world.server().stop(0ms);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().online == 0; }));
}

TEST(Paho, SaysClearlyWhatItCannotDo) {
  LiveWorld names({.devices = 1, .transport = Transport::paho, .names = platform::AdvertisedNames::realistic, .adjust = {}});
  EXPECT_THAT(names.start(), HasSubstr("cannot resolve the platform's realistic names"));
  LiveWorld proxy({.devices = 1, .transport = Transport::paho, .proxy = true, .adjust = {}});
  EXPECT_THAT(proxy.start(), HasSubstr("cannot send a PROXY header"));
  LiveWorld ranges({.devices = 1, .transport = Transport::paho, .adjust = [](RunRuntime&, Scenario& scenario) {
                      scenario.groups[0].addresses.kind = AddressPlan::Kind::ranges;
                    }});
  EXPECT_THAT(ranges.start(), HasSubstr("has no choice of address"));
}

}  // namespace
}  // namespace fleetsim::sim
