// Captures as a receiver of their packets would see them: checksums, numbers and acknowledgements, and what each way to fail looks like.
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "sim/trace/capture.hpp"
#include "sim/trace/conversation.hpp"
#include "tests/sim/trace/duo.hpp"

namespace fleetsim::sim::capture_packets_test {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr unsigned fin = 1;
constexpr unsigned syn = 2;
constexpr unsigned rst = 4;
constexpr unsigned ack = 16;

std::uint32_t big(ByteView bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return value;
}
std::uint32_t sum_of(ByteView bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += std::uint32_t{bytes[i]} << (i % 2 == 0 ? 8 : 0);
  return sum;
}
std::uint32_t folded(std::uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

struct Packet {
  std::int64_t us = 0;
  bool v6 = false;
  std::uint32_t identification = 0;
  Bytes from_address;
  Bytes to_address;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  unsigned flags = 0;
  Bytes options;
  std::size_t payload = 0;
};

Packet packet_of(ByteView ip) {
  Packet packet;
  packet.v6 = ip[0] >> 4 == 6;
  const std::size_t head = packet.v6 ? 40 : 20;
  const std::size_t address = packet.v6 ? 16 : 4;
  const ByteView addresses = ip.subspan(head - 2 * address, 2 * address);
  const ByteView tcp = ip.subspan(head);
  if (packet.v6) {
    EXPECT_EQ(big(ip, 4, 2), tcp.size());
  } else {
    EXPECT_EQ(big(ip, 2, 2), ip.size());
    EXPECT_EQ(folded(sum_of(ip.first(head))), 0xffffU) << "the header's checksum";
    packet.identification = big(ip, 4, 2);
  }
  EXPECT_EQ(folded(sum_of(addresses) + 6 + static_cast<std::uint32_t>(tcp.size()) + sum_of(tcp)), 0xffffU) << "TCP's checksum";
  packet.from_address.assign(addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(address));
  packet.to_address.assign(addresses.begin() + static_cast<std::ptrdiff_t>(address), addresses.end());
  packet.from = big(tcp, 0, 2);
  packet.to = big(tcp, 2, 2);
  packet.sequence = big(tcp, 4, 4);
  packet.acknowledged = big(tcp, 8, 4);
  packet.flags = tcp[13];
  const std::size_t data = std::size_t{tcp[12]} / 16 * 4;
  packet.options.assign(tcp.begin() + 20, tcp.begin() + static_cast<std::ptrdiff_t>(data));
  packet.payload = tcp.size() - data;
  return packet;
}

std::vector<Packet> packets_of(const Recording& recording, Instant until = kNever) {
  const Bytes capture = capture_of(recording, until);
  const auto little = [&](std::size_t at) {
    return capture[at] | capture[at + 1] * 256U | capture[at + 2] * 65536U | std::uint32_t{capture[at + 3]} << 24;
  };
  std::vector<Packet> packets;
  for (std::size_t at = 24; at < capture.size(); at += 16 + little(at + 8)) {
    packets.push_back(packet_of(ByteView(capture).subspan(at + 16, little(at + 8))));
    packets.back().us = std::int64_t{little(at)} * 1'000'000 + little(at + 4);
  }
  return packets;
}

/// What one end has sent and acknowledged by now.
struct Sender {
  bool began = false;
  bool ended = false;
  std::uint32_t first = 0;
  std::uint32_t next = 0;
  std::uint32_t acknowledged = 0;
};

void check_packet(Sender& sender, const Sender& other, const Packet& packet) {
  if ((packet.flags & syn) != 0) {
    sender.began = true;
    sender.first = sender.next = packet.sequence;
    EXPECT_EQ(packet.options, (Bytes{2, 4, 0x05, 0xa0, 1, 3, 3, 14}));
  }
  EXPECT_EQ(packet.sequence, sender.next);
  EXPECT_TRUE(packet.payload == 0 || !sender.ended) << "nothing is sent behind the end";
  if ((packet.flags & ack) != 0) {
    const std::uint32_t before = sender.acknowledged;
    sender.acknowledged = packet.acknowledged;
    const bool says_nothing_else = packet.payload == 0 && (packet.flags & (syn | fin | rst)) == 0;
    EXPECT_LE(packet.acknowledged - other.first, other.next - other.first) << "of what was sent";
    EXPECT_TRUE(before == 0 || packet.acknowledged - before < 0x80000000U) << "never less than before";
    EXPECT_TRUE(!says_nothing_else || packet.acknowledged != before) << "a duplicate would mean loss";
  } else {
    EXPECT_EQ(packet.acknowledged, 0U);
  }
  const bool ends = (packet.flags & fin) != 0;
  EXPECT_FALSE(ends && sender.ended) << "one end";
  sender.ended = sender.ended || ends;
  sender.next += static_cast<std::uint32_t>(packet.payload) + ((packet.flags & (syn | fin)) != 0 ? 1 : 0);
}

TEST(Capture, EveryPacketOfALifeIsRightForWhoReceivesIt) {
  for (const bool v6 : {false, true}) {
    for (const std::size_t piece : {0U, 5U}) {
      const Recording recording = life_of({.registration = device::Registration::http, .piece_bytes = piece, .v6 = v6});
      std::map<std::pair<std::uint32_t, std::uint32_t>, Sender> senders;
      std::map<std::uint32_t, std::uint32_t> last_identification;
      for (const Packet& packet : packets_of(recording)) {
        EXPECT_EQ(packet.v6, v6);
        check_packet(senders[{packet.from, packet.to}], senders[{packet.to, packet.from}], packet);
        const std::uint32_t link = std::max(packet.from, packet.to);
        EXPECT_EQ(packet.identification, v6 ? 0 : ++last_identification[link]);
      }
      std::map<std::uint32_t, int> firsts;
      std::size_t ended = 0;
      for (const auto& [ports, sender] : senders) {
        ++firsts[sender.first];
        const Sender& other = senders[{ports.second, ports.first}];
        if (!sender.ended || !other.ended) continue;
        EXPECT_EQ(sender.acknowledged, other.next) << "its end was heard";
        ++ended;
      }
      EXPECT_EQ(firsts.size(), senders.size()) << "no two streams begin with the same number";
      EXPECT_GE(ended, 4U);
    }
  }
}

TEST(Capture, HasTheAddressesOfBothEnds) {
  const Recording recording = life_of({});
  const auto v4 = [](const IpAddress& address) { return Bytes(address.bytes().begin() + 12, address.bytes().end()); };
  const Conversation first = conversations_of(recording).front();
  const std::vector<Packet> packets = packets_of(recording);
  EXPECT_EQ(packets[0].from_address, v4(first.place.device_address));
  EXPECT_EQ(packets[0].to_address, v4(first.place.platform_address));
}

/// Links told by hand, in milliseconds.
class ToldLink {
 public:
  explicit ToldLink(TraceRecorder& recorder, std::uint32_t connection = 1) : recorder_(recorder) {
    event_.leg = device::Leg::mqtt;
    event_.connection = connection;
    event_.device_port = static_cast<std::uint16_t>(50'000 + connection);
    event_.platform_port = 1883;
    event_.device_address = IpAddress::from_v4(0x0a000001);
    event_.platform_address = IpAddress::from_v4(0x0a000002);
  }
  ToldLink& tell(std::int64_t ms, WireKind kind, Direction direction = Direction::up, std::string_view bytes = {}) {
    event_.at = Instant{std::chrono::milliseconds{ms}};
    event_.kind = kind;
    event_.direction = direction;
    event_.bytes = bytes_of(bytes);
    recorder_.on_wire(event_);
    return *this;
  }
  ToldLink& fail(std::int64_t ms, device::LinkEnd end) {
    event_.end = end;
    return tell(ms, WireKind::failed);
  }
  WireEvent& event() { return event_; }

 private:
  TraceRecorder& recorder_;
  WireEvent event_;
};

std::vector<unsigned> flags_of(const std::vector<Packet>& packets) {
  std::vector<unsigned> flags;
  for (const Packet& packet : packets) flags.push_back(packet.flags);
  return flags;
}
std::vector<Packet> failed(device::LinkEnd end) {
  TraceRecorder recorder({0});
  ToldLink(recorder).tell(1, WireKind::opening).fail(2, end);
  return packets_of(recorder.take(0));
}

TEST(Capture, ARefusalResetsWithoutANumberOfItsOwn) {
  const std::vector<Packet> packets = failed(device::LinkEnd::refused);
  EXPECT_EQ(flags_of(packets), (std::vector<unsigned>{syn, rst | ack}));
  EXPECT_EQ(packets[1].sequence, 0U);
  EXPECT_EQ(packets[1].acknowledged, packets[0].sequence + 1);
}

TEST(Capture, TlsThatFailsEndsALinkThatWasThereByWhoGaveUp) {
  const std::vector<unsigned> wanted = {syn, syn | ack, ack, rst | ack};
  const std::vector<Packet> by_device = failed(device::LinkEnd::tls_failed);
  EXPECT_EQ(flags_of(by_device), wanted);
  EXPECT_EQ(by_device.back().to, 1883U);
  const std::vector<Packet> by_platform = failed(device::LinkEnd::closed_by_peer);
  EXPECT_EQ(flags_of(by_platform), wanted);
  EXPECT_EQ(by_platform.back().from, 1883U);
}

TEST(Capture, NobodySendsAnythingWithoutAPortOfItsOwnAndASynMayStayAlone) {
  EXPECT_TRUE(failed(device::LinkEnd::no_resources).empty());
  EXPECT_EQ(flags_of(failed(device::LinkEnd::unreachable)), (std::vector<unsigned>{syn}));
}

TEST(Capture, IsTakenBesideThePlatformWhenTheDeviceToldNothing) {
  Recording recording = life_of({});
  std::erase_if(recording.events, [](const RecordedEvent& one) { return one.event.teller == WireEnd::device; });
  EXPECT_GT(packets_of(recording).size(), 20U);
}

TEST(Capture, ADeviceThatHearsOfTheEndEndsItsOwnDirectionThen) {
  TraceRecorder recorder({0});
  ToldLink link(recorder);
  link.tell(1, WireKind::opening).tell(2, WireKind::opened).tell(5, WireKind::finished, Direction::down);
  link.event().teller = WireEnd::platform;
  link.tell(7, WireKind::finished, Direction::up);
  const std::vector<Packet> packets = packets_of(recorder.take(0));
  const auto ends = [](const Packet& packet) { return (packet.flags & fin) != 0 && packet.to == 1883; };
  const auto last = std::find_if(packets.begin(), packets.end(), ends);
  ASSERT_NE(last, packets.end());
  EXPECT_EQ(last->us, 5'000);
}

TEST(Capture, NothingIsSentBehindAnEndAndAResetIsOne) {
  TraceRecorder recorder({0});
  ToldLink(recorder)
      .tell(1, WireKind::opening)
      .tell(1, WireKind::opened)
      .tell(2, WireKind::finished)
      .tell(3, WireKind::bytes, Direction::up, "late")
      .tell(4, WireKind::reset, Direction::down);
  EXPECT_EQ(flags_of(packets_of(recorder.take(0))), (std::vector<unsigned>{syn, syn | ack, ack, fin | ack, rst | ack}));
}

TEST(Capture, LinksSideBySideAreInOneOrderOfTimeUntilItsEndWhichBelongsToIt) {
  TraceRecorder recorder({0});
  ToldLink first(recorder, 1);
  ToldLink second(recorder, 2);
  first.tell(1, WireKind::opening).tell(1, WireKind::opened);
  second.tell(3, WireKind::opening).tell(3, WireKind::opened);
  first.tell(5, WireKind::bytes, Direction::up, "x");
  const Recording recording = recorder.take(0);
  const std::vector<Packet> packets = packets_of(recording);
  ASSERT_EQ(packets.size(), 7U);
  EXPECT_EQ(packets.back().from, 50'001U);
  EXPECT_NE(packets[0].sequence, packets[3].sequence);
  EXPECT_EQ(packets_of(recording, Instant{std::chrono::milliseconds{3}}).size(), 6U);
}

TEST(Capture, ALinkWithOneAddressOfEachKindIsAnIpv6One) {
  TraceRecorder recorder({0});
  ToldLink link(recorder);
  link.event().platform_address = IpAddress{std::array<std::uint8_t, 16>{0x20, 0x01}};
  link.tell(1, WireKind::opening);
  const std::vector<Packet> packets = packets_of(recorder.take(0));
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_TRUE(packets[0].v6);
}

/// A link that is open, told by both ends.
class OpenLink {
 public:
  OpenLink() { link_.tell(1, WireKind::opening).tell(2, WireKind::opened); }
  OpenLink& device(std::int64_t ms, WireKind kind, Direction direction, std::string_view bytes = {}) {
    return tell(WireEnd::device, ms, kind, direction, bytes);
  }
  OpenLink& platform(std::int64_t ms, WireKind kind, Direction direction, std::string_view bytes = {}) {
    return tell(WireEnd::platform, ms, kind, direction, bytes);
  }
  OpenLink& refused(std::int64_t ms) {
    link_.event().teller = WireEnd::device;
    link_.fail(ms, device::LinkEnd::refused);
    return *this;
  }
  /// Behind the handshake.
  std::vector<Packet> packets() {
    std::vector<Packet> all = packets_of(recorder_.take(0));
    all.erase(all.begin(), all.begin() + 3);
    return all;
  }

 private:
  OpenLink& tell(WireEnd teller, std::int64_t ms, WireKind kind, Direction direction, std::string_view bytes) {
    link_.event().teller = teller;
    link_.tell(ms, kind, direction, bytes);
    return *this;
  }
  TraceRecorder recorder_{{0}};
  ToldLink link_{recorder_};
};

TEST(Capture, WhatArrivesIsAcknowledgedToTheByteInBothDirections) {
  const std::vector<Packet> packets = OpenLink()
                                          .device(5, WireKind::bytes, Direction::up, "abcd")
                                          .platform(8, WireKind::bytes, Direction::up, "abcd")
                                          .platform(9, WireKind::bytes, Direction::down, "xyz")
                                          .device(11, WireKind::bytes, Direction::down, "xyz")
                                          .packets();
  ASSERT_EQ(packets.size(), 4U);
  EXPECT_EQ(packets[1].us, 8'000);
  EXPECT_EQ(packets[1].acknowledged, packets[0].sequence + 4);
  EXPECT_EQ(packets[3].us, 11'000);
  EXPECT_EQ(packets[3].acknowledged, packets[2].sequence + 3);
}

TEST(Capture, NothingIsAcknowledgedTwiceNorBeforeItWasSent) {
  EXPECT_EQ(OpenLink()
                .device(5, WireKind::bytes, Direction::up, "abcd")
                .platform(8, WireKind::bytes, Direction::up, "abcd")
                .platform(9, WireKind::bytes, Direction::up, "more than was sent")
                .packets()
                .size(),
            2U);
  EXPECT_EQ(
      OpenLink().platform(4, WireKind::bytes, Direction::up, "abcd").device(5, WireKind::bytes, Direction::up, "abcd").packets().size(),
      1U);
  EXPECT_EQ(OpenLink().device(5, WireKind::bytes, Direction::up, "abcd").platform(6, WireKind::finished, Direction::up).packets().size(),
            1U)
      << "an end that nobody sent";
}

TEST(Capture, WhenBothEndAtOnceEachEndIsAcknowledged) {
  const std::vector<Packet> packets = OpenLink()
                                          .device(5, WireKind::finished, Direction::up)
                                          .device(6, WireKind::finished, Direction::down)
                                          .platform(9, WireKind::finished, Direction::up)
                                          .packets();
  EXPECT_EQ(flags_of(packets), (std::vector<unsigned>{fin | ack, fin | ack, ack, ack}));
  EXPECT_EQ(packets.back().us, 9'000);
}

TEST(Capture, ALinkThatWasThereIsNotRefused) { EXPECT_TRUE(OpenLink().refused(5).packets().empty()); }

}  // namespace
}  // namespace fleetsim::sim::capture_packets_test
