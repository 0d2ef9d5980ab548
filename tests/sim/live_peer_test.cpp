// Whole devices of a shard against a peer that is no platform: one that answers in pieces, one that never answers, and a host that has
// no descriptors left.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <vector>

#include "live_world.hpp"
#include "scripted_peer.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

TEST(LiveShardPeer, AcknowledgementsThatArriveInPiecesEachEndTheirOwnPublish) {
  constexpr std::uint32_t publishes = 60;
  ScriptedPeer peer;
  LiveWorld world({.devices = 1, .adjust = [&](RunRuntime& runtime, Scenario&) {
                     runtime.group_configs[0].start_from = device::StartFrom::fixed_endpoint;
                     runtime.group_configs[0].fixed_host = "127.0.0.1";
                     runtime.group_configs[0].fixed_port = peer.port();
                     runtime.group_configs[0].credentials = device::CredentialStyle::anonymous;
                   }});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  peer.accept();
  ASSERT_EQ(peer.packet().first, 0x10) << "CONNECT";
  peer.say(std::vector<std::uint8_t>{0x20});
  peer.say(std::vector<std::uint8_t>{0x02, 0x00});
  peer.say(std::vector<std::uint8_t>{0x00});
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 1; }));
  world.shard().publish(0, {.groups = {}, .count = publishes, .qos = 1});
  std::vector<std::uint8_t> unsent;
  std::size_t piece = 1;
  for (std::uint32_t acknowledged = 0; acknowledged < publishes;) {
    const auto [type, body] = peer.packet();
    ASSERT_NE(type, 0) << "nothing more after " << acknowledged;
    if ((type & 0xf6U) != 0x32U) continue;  // QoS 1 PUBLISH, MQTT 3.1.1 §3.3.1
    const std::size_t topic = static_cast<std::size_t>(body[0]) << 8 | body[1];
    for (const std::uint8_t one : {std::uint8_t{0x40}, std::uint8_t{0x02}, body[2 + topic], body[3 + topic]}) unsent.push_back(one);
    ++acknowledged;
    // One to six bytes at a time: acknowledgements are cut at every place, and some come two in one piece.
    for (; unsent.size() >= piece; piece = piece % 6 + 1) {
      peer.say(std::span(unsent).first(piece));
      unsent.erase(unsent.begin(), unsent.begin() + static_cast<std::ptrdiff_t>(piece));
    }
    if (acknowledged == publishes) peer.say(unsent);
  }
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publish_acks, publishes);
  EXPECT_EQ(world.shard().counters().online, 1U);
}

TEST(LiveShardPeer, ArrivalsThatStillWaitForAPlaceAreLateOnceAndStayCounted) {
  ScriptedPeer silent;  // takes connections into its queue and says nothing
  LiveWorld world({.devices = 5, .connects_in_flight = 1, .adjust = [&](RunRuntime& runtime, Scenario&) {
                     runtime.group_configs[0].bootstrap_host = "127.0.0.1";
                     runtime.group_configs[0].bootstrap_port = silent.port();
                   }});
  ASSERT_EQ(world.start(), "");
  world.shard().run_schedule(0, std::make_shared<TestSchedule>(5, 1us), world.now() - 500ms);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().powered_on == 5; }));
  EXPECT_EQ(world.shard().report().late_arrivals, 5U) << "one began late, four wait";
  EXPECT_EQ(world.shard().report().late_arrivals, 5U) << "to ask twice counts none twice";
  EXPECT_EQ(world.shard().powered_on_in_group(0), 5U) << "though none is online";
  world.shard().power_off(0, true);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().powered_on == 0; }));
  EXPECT_EQ(world.shard().report().late_arrivals, 5U);
  EXPECT_EQ(world.shard().powered_on_in_group(0), 0U);
}

TEST(LiveShardPeer, ATopicThatIsNoneIsGivenUpAndNeverReachesTheWire) {
  LiveWorld world({.devices = 1, .adjust = [](RunRuntime&, Scenario& scenario) {
                     scenario.groups[0].load = PublishLoad{};
                     scenario.groups[0].load->topic = "meters/#";
                   }});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 1; }));
  world.shard().publish(0, {.groups = {}, .count = 2, .qos = 1});
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publishes, 0U);
  EXPECT_EQ(world.shard().counters().online, 1U);
}

/// Leaves room for `more` descriptors until the end of the scope.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    // Descriptors may lie anywhere: the limit is set so that just so many free ones are below it.
    rlim_t end = 0;
    for (rlim_t free = 0; free < more && end < before_.rlim_cur; ++end) free += ::fcntl(static_cast<int>(end), F_GETFD) < 0 ? 1U : 0U;
    const rlimit few{.rlim_cur = end, .rlim_max = before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(LiveShardPeer, AHostWithoutDescriptorsIsTheGeneratorsFaultAndTheFleetGetsThereWhenThereAreSome) {
  LiveWorld world({.devices = 30, .connects_in_flight = 30, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  {
    const FewDescriptors few(4);
    world.bring_up(0us);
    ASSERT_TRUE(world.eventually([&] { return world.shard().report().descriptor_exhaustions > 0; }));
  }
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().online == 30; }));
  EXPECT_EQ(world.shard().report().port_exhaustions, 0U);
}

}  // namespace
}  // namespace fleetsim::sim
