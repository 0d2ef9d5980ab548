// Captures, as far as no foreign program must judge them (replay_judge.py has tshark): what is in them, byte by byte.
#include "sim/trace/capture.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/trace/conversation.hpp"
#include "tests/sim/trace/duo.hpp"

namespace fleetsim::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::uint32_t little(const Bytes& bytes, std::size_t at) {
  return bytes[at] | bytes[at + 1] * 256U | bytes[at + 2] * 65536U | std::uint32_t{bytes[at + 3]} << 24;
}
std::uint32_t big(const Bytes& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | bytes[at + 1] * 65536U | bytes[at + 2] * 256U | bytes[at + 3];
}

struct Seen {
  std::uint64_t us = 0;
  std::uint16_t from = 0;
  std::uint16_t to = 0;
  std::uint32_t sequence = 0;
  std::uint8_t flags = 0;
  std::string payload;
};

/// IPv4 only.
std::vector<Seen> packets_of(const Bytes& capture) {
  std::vector<Seen> packets;
  for (std::size_t at = 24; at < capture.size();) {
    const std::uint32_t size = little(capture, at + 8);
    EXPECT_EQ(size, little(capture, at + 12));
    const std::size_t tcp = at + 16 + 20;
    const std::size_t header = std::size_t{capture[tcp + 12]} / 16 * 4;
    packets.push_back({.us = std::uint64_t{little(capture, at)} * 1'000'000 + little(capture, at + 4),
                       .from = static_cast<std::uint16_t>(big(capture, tcp) >> 16),
                       .to = static_cast<std::uint16_t>(big(capture, tcp)),
                       .sequence = big(capture, tcp + 4),
                       .flags = capture[tcp + 13],
                       .payload = std::string(text_of(ByteView(capture).subspan(tcp + header, size - 20 - header)))});
    at += 16 + size;
  }
  return packets;
}

TEST(Capture, BeginsAsWiresharkKnowsIt) {
  const Bytes empty = capture_of({}, kNever);
  EXPECT_EQ(empty, (Bytes{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0}));
}

/// Reassembled by their sequence numbers, the segments of each link are what it carried, with stars for secrets.
TEST(Capture, CarriesEveryByteOfEveryLinkButItsSecrets) {
  for (const std::size_t piece : {0U, 5U}) {
    const Recording recording = life_of({.registration = device::Registration::http, .piece_bytes = piece});
    const std::vector<Seen> packets = packets_of(capture_of(recording, kNever));
    std::size_t stars = 0;
    for (const Conversation& link : conversations_of(recording)) {
      for (const Direction direction : {Direction::up, Direction::down}) {
        const std::uint16_t from = direction == Direction::up ? link.place.device_port : link.place.platform_port;
        const std::uint16_t to = direction == Direction::up ? link.place.platform_port : link.place.device_port;
        std::string carried;
        std::uint32_t next = 0;
        for (const Seen& packet : packets) {
          if (packet.from != from || packet.to != to) continue;
          if ((packet.flags & 2U) != 0) next = packet.sequence + 1;
          if (!packet.payload.empty()) {
            EXPECT_EQ(packet.sequence, next);
          }
          next += static_cast<std::uint32_t>(packet.payload.size());
          carried += packet.payload;
        }
        Bytes wanted = link.way(direction).sent.bytes;
        for (const DecodedMessage& message : link.way(direction).messages) overwrite_secrets(wanted, message.secrets);
        EXPECT_EQ(carried, text_of(wanted));
        stars += static_cast<std::size_t>(std::count(carried.begin(), carried.end(), '*'));
      }
    }
    EXPECT_GT(stars, 100U) << "two passwords, a signature, a secret";
  }
}

TEST(Capture, IsTakenBesideTheDeviceInTheOrderOfTime) {
  const std::vector<Seen> packets = packets_of(capture_of(life_of({}), kNever));
  ASSERT_GT(packets.size(), 20U);
  for (std::size_t i = 1; i < packets.size(); ++i) EXPECT_GE(packets[i].us, packets[i - 1].us);
  const auto answer =
      std::find_if(packets.begin(), packets.end(), [](const Seen& packet) { return packet.payload.starts_with("HTTP/1.1 200"); });
  ASSERT_NE(answer, packets.end());
  EXPECT_EQ(answer->us, 1'080'000U) << "when it arrived, not when it was sent";
}

TEST(Capture, EndsWhereItIsToldTo) {
  const Recording recording = life_of({});
  const std::vector<Seen> packets = packets_of(capture_of(recording, Instant{std::chrono::milliseconds{1100}}));
  ASSERT_FALSE(packets.empty());
  EXPECT_LE(packets.back().us, 1'100'000U);
}

TEST(Capture, ShowsNothingOfANameThatLeadsNowhere) {
  Duo duo;
  duo.names_resolve = false;
  duo.power_on();
  ASSERT_TRUE(duo.run_until([&] { return duo.has_noted("bootstrap_failed"); }));
  EXPECT_TRUE(packets_of(capture_of(duo.recorder.take(Duo::position), kNever)).empty());
}

TEST(Capture, CutsALongMessageIntoSegments) {
  TraceRecorder recorder({0});
  WireEvent event;
  event.leg = device::Leg::mqtt;
  event.connection = 1;
  event.device_address = IpAddress::from_v4(0x0a000001);
  event.platform_address = IpAddress::from_v4(0x0a000002);
  event.kind = WireKind::opening;
  recorder.on_wire(event);
  event.kind = WireKind::opened;
  recorder.on_wire(event);
  event.kind = WireKind::bytes;
  const Bytes long_one(5000, 'x');
  event.bytes = long_one;
  recorder.on_wire(event);
  const std::vector<Seen> packets = packets_of(capture_of(recorder.take(0), kNever));
  ASSERT_EQ(packets.size(), 3U + 4U);
  EXPECT_EQ(packets[3].payload.size(), 1440U);
  EXPECT_EQ(packets[6].payload.size(), 5000U - 3U * 1440U);
  EXPECT_EQ(packets[6].flags, 0x18) << "the last one is pushed";
  EXPECT_EQ(packets[5].flags, 0x10);
}

}  // namespace
}  // namespace fleetsim::sim
