// Whole devices of a shard against a peer that is no platform: one that answers in pieces, one that never answers, and a host that has
// no descriptors left.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "live_world.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

class Listener {
 public:
  Listener() {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(descriptor_, 64), 0);
    socklen_t length = sizeof address;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() {
    ::close(connection_);
    ::close(descriptor_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }
  void accept() {
    connection_ = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    const int on = 1;
    ::setsockopt(connection_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(connection_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  /// One MQTT packet: its first byte, and its bytes behind the remaining length. Empty when nothing comes any more.
  std::pair<std::uint8_t, std::vector<std::uint8_t>> packet() {
    const int first = byte();
    std::size_t length = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
      const int digit = byte();
      if (digit < 0) return {};
      length |= static_cast<std::size_t>(digit & 0x7f) << shift;
      if ((digit & 0x80) == 0) break;
    }
    std::vector<std::uint8_t> body(length);
    if (length > 0 && ::recv(connection_, body.data(), length, MSG_WAITALL) != static_cast<ssize_t>(length)) return {};
    return {static_cast<std::uint8_t>(first), std::move(body)};
  }
  void say(std::span<const std::uint8_t> bytes) {
    EXPECT_EQ(::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }

 private:
  int byte() {
    std::uint8_t one = 0;
    return ::recv(connection_, &one, 1, 0) == 1 ? one : -1;
  }
  int descriptor_ = -1;
  int connection_ = -1;
  std::uint16_t port_ = 0;
};

TEST(LiveShardPeer, AcknowledgementsThatArriveInPiecesEachEndTheirOwnPublish) {
  constexpr std::uint32_t publishes = 60;
  Listener peer;
  LiveWorld world({.devices = 1, .adjust = [&](LiveRuntime& runtime, Scenario&) {
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
  Listener silent;  // takes connections into its queue and says nothing
  LiveWorld world({.devices = 5, .connects_in_flight = 1, .adjust = [&](LiveRuntime& runtime, Scenario&) {
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
  LiveWorld world({.devices = 1, .adjust = [](LiveRuntime&, Scenario& scenario) {
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
