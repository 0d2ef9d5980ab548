// The parts of a shard that need no socket.
#include <gtest/gtest.h>
#include <set>
#include <vector>

#include "sim/live/proxy_header.hpp"
#include "sim/random.hpp"
#include "sim/world/admission.hpp"
#include "sim/world/block_arena.hpp"
#include "sim/world/failure_text.hpp"
#include "sim/world/turn_queue.hpp"

namespace fleetsim::sim {
namespace {

TEST(TurnQueue, GivesInTheOrderOfComingAlsoWhatComesMeanwhile) {
  TurnQueue<int> queue;
  for (const int item : {1, 2, 3}) queue.push(item);
  EXPECT_EQ(queue.last(), 3);
  EXPECT_EQ(queue.pop(), 1);
  queue.push(4);
  std::vector<int> rest;
  while (!queue.empty()) rest.push_back(queue.pop());
  EXPECT_EQ(rest, (std::vector<int>{2, 3, 4}));
  queue.push(5);
  EXPECT_EQ(queue.last(), 5) << "nothing of the turn before is left";
  EXPECT_EQ(queue.pop(), 5);
  EXPECT_TRUE(queue.empty());
}

TEST(Admission, LetsOnlySoManyInAndTheOthersInTheOrderTheyCame) {
  Admission admission(2);
  EXPECT_TRUE(admission.try_take());
  EXPECT_TRUE(admission.try_take());
  EXPECT_FALSE(admission.try_take());
  admission.wait(7);
  admission.wait(8);
  EXPECT_EQ(admission.take_next(), std::nullopt);
  admission.give_back();
  EXPECT_FALSE(admission.try_take()) << "those who wait go first";
  EXPECT_EQ(admission.take_next(), 7U);
  EXPECT_EQ(admission.take_next(), std::nullopt);
  admission.give_back();
  EXPECT_EQ(admission.take_next(), 8U);
  EXPECT_EQ(admission.taken(), 2U);
}

TEST(Admission, ADeviceThatComesAndGoesWhileItWaitsStandsInTheQueueOnce) {
  Admission admission(1);
  EXPECT_TRUE(admission.try_take());
  for (int i = 0; i < 3; ++i) admission.wait(7);
  admission.wait(2);
  EXPECT_EQ(admission.waiting(), 2U);
  admission.give_back();
  EXPECT_EQ(admission.take_next(), 7U);
  admission.wait(7);
  admission.give_back();
  EXPECT_EQ(admission.take_next(), 2U);
  admission.give_back();
  EXPECT_EQ(admission.take_next(), 7U) << "once it has had its turn it may wait again";
}

TEST(BlockArena, HasABlockForEveryPublishThatItsDevicesMayHaveInFlight) {
  constexpr std::uint32_t devices = 100;
  BlockArena arena(devices);
  for (std::size_t i = 0; i < devices * device::limits::publishes_in_flight_max; ++i) {
    ASSERT_EQ(arena.pool().acquire(200).size(), 256U) << "the smallest that fits, publish " << i;
  }
}

TEST(BlockArena, HasALeastStockForTheLongPacketsOfASingleDevice) {
  BlockArena arena(1);
  for (int i = 0; i < 64; ++i) ASSERT_EQ(arena.pool().acquire(5000).size(), 8192U) << i;
  EXPECT_FALSE(arena.pool().acquire(200'000).empty());
}

TEST(RandomStream, IsTheSameForTheSameSeedNameAndIndexAndOtherwiseUnrelated) {
  RandomStream one = RandomStream::fork(42, "device", 7);
  RandomStream same = RandomStream::fork(42, "device", 7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.next(), same.next());
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const char* name : {"device", "load phase", "property phase"}) {
      for (std::uint64_t index = 0; index < 20; ++index) firsts.insert(RandomStream::fork(seed, name, index).next());
    }
  }
  EXPECT_EQ(firsts.size(), 20U * 3U * 20U);
}

TEST(RandomStream, OfTwoGroupsThatBothCountFromNothingIsNotTheSame) {
  EXPECT_NE(RandomStream::fork(42, "device", "meters", 0).next(), RandomStream::fork(42, "device", "valves", 0).next());
  EXPECT_EQ(RandomStream::fork(42, "device", "meters", 0).next(), RandomStream::fork(42, "device", "meters", 0).next());
  EXPECT_NE(RandomStream::fork(42, "device", "meters", 0).next(), RandomStream::fork(42, "devicem", "eters", 0).next());
}

TEST(RandomStream, BelowCoversItsRangeEvenly) {
  RandomStream random = RandomStream::fork(1, "even", 0);
  std::array<int, 10> seen{};
  for (int i = 0; i < 10'000; ++i) ++seen[random.below(10)];
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(random.below(0), 0U);
}

// PROXY protocol 2.2: signature, 0x21 (version 2, PROXY), 0x11 (TCP over IPv4), length 12, addresses, ports.
TEST(ProxyHeader, WritesIPv4AsTheSpecificationDrawsIt) {
  std::array<std::uint8_t, proxy_header_bytes_max> room{};
  const ByteView header = write_proxy_header({IpAddress::from_v4(0xcb007107), 40001}, {IpAddress::from_v4(0x7f000201), 1883}, room);
  const std::vector<std::uint8_t> expected = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11,
                                              0x00, 0x0c, 203,  0,    113,  7,    127,  0,    2,    1,    0x9c, 0x41, 0x07, 0x5b};
  EXPECT_EQ(std::vector<std::uint8_t>(header.begin(), header.end()), expected);
}

TEST(ProxyHeader, WritesIPv6WhenEitherEndIsIPv6) {
  std::array<std::uint8_t, proxy_header_bytes_max> room{};
  const ByteView header = write_proxy_header({*IpAddress::parse("2001:db8::1"), 1}, {IpAddress::from_v4(0x7f000001), 2}, room);
  ASSERT_EQ(header.size(), 52U);
  EXPECT_EQ(header[13], 0x21);
  EXPECT_EQ(header[15], 36);
  EXPECT_EQ(header[16], 0x20);
  EXPECT_EQ(header[31], 0x01);
  EXPECT_EQ(header[42], 0xff) << "the IPv4 end is v4-mapped";
  EXPECT_EQ(header[49], 1);
  EXPECT_EQ(header[51], 2);
}

TEST(FailureText, SaysWhatHappenedInWords) {
  using device::EventKind;
  using device::Failure;
  using device::LinkEnd;
  EXPECT_EQ(describe_failure({EventKind::connect_refused, Failure::connack_refused, LinkEnd::closed_by_peer, true, 5}),
            "connect refused: 5 (not authorised)");
  EXPECT_EQ(describe_failure({EventKind::bootstrap_failed, Failure::http_status, LinkEnd::closed_by_us, true, 503}),
            "bootstrap failed: HTTP status 503");
  EXPECT_EQ(describe_failure({EventKind::connection_lost, Failure::link, LinkEnd::reset, true, 0}), "connection lost: connection reset");
  EXPECT_EQ(describe_failure({}), "not online yet, and nothing failed so far");
}

}  // namespace
}  // namespace fleetsim::sim
