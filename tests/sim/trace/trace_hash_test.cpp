// The trace hash: every byte and every field counts, lengths and zeros too; one bit that differs turns about half of the digest.
#include "sim/trace/trace_hash.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/trace/golden_trace.hpp"

namespace fleetsim::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;

WireEvent plain_event(ByteView bytes) {
  WireEvent event;
  event.at = Instant{Duration{1'000'000}};
  event.device = 7;
  event.connection = 1;
  event.leg = device::Leg::mqtt;
  event.kind = WireKind::bytes;
  event.bytes = bytes;
  return event;
}

std::string hash_of(const std::vector<WireEvent>& events) {
  TraceHash hash;
  for (const WireEvent& event : events) hash.on_wire(event);
  return hex_text(hash.digest());
}

std::string hash_of_bytes(const Bytes& bytes) { return hash_of({plain_event(bytes)}); }

int bits_between(const TraceDigest& one, const TraceDigest& other) {
  return std::popcount(one.high ^ other.high) + std::popcount(one.low ^ other.low);
}

TraceDigest digest_of_bytes(const Bytes& bytes) {
  TraceHash hash;
  hash.on_wire(plain_event(bytes));
  return hash.digest();
}

TEST(TraceHash, IsTheSameOnEveryCompilerAndBuild) { EXPECT_EQ(golden_trace_hash(), golden_trace_text); }

TEST(TraceHash, DiffersWhenAnyBitOfAnyByteDoes) {
  for (std::size_t size = 1; size <= 100; ++size) {
    Bytes bytes(size, 0x5a);
    std::set<std::string> seen{hash_of_bytes(bytes)};
    for (std::size_t bit = 0; bit < size * 8; ++bit) {
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      EXPECT_TRUE(seen.insert(hash_of_bytes(bytes)).second) << size << " bytes, bit " << bit;
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    }
  }
}

TEST(TraceHash, TellsZeroBytesByTheirNumberAndPlace) {
  std::set<std::string> seen;
  for (std::size_t size = 0; size <= 300; ++size) EXPECT_TRUE(seen.insert(hash_of_bytes(Bytes(size, 0))).second) << size;
  for (std::size_t at = 0; at < 300; ++at) {
    Bytes bytes(300, 0);
    bytes[at] = 1;
    EXPECT_TRUE(seen.insert(hash_of_bytes(bytes)).second) << at;
  }
}

TEST(TraceHash, TellsWhereOneEventEndsAndTheNextBegins) {
  const Bytes whole{1, 2, 3, 4, 5, 6};
  const ByteView view(whole);
  EXPECT_NE(hash_of({plain_event(view.first(2)), plain_event(view.subspan(2))}),
            hash_of({plain_event(view.first(3)), plain_event(view.subspan(3))}));
  EXPECT_NE(hash_of({plain_event(view)}), hash_of({plain_event(view), plain_event({})}));
}

TEST(TraceHash, TellsTheOrderOfEvents) {
  const Bytes first{1};
  const Bytes second{2};
  EXPECT_NE(hash_of({plain_event(first), plain_event(second)}), hash_of({plain_event(second), plain_event(first)}));
}

TEST(TraceHash, CoversEveryFieldOfAnEvent) {
  using Change = std::pair<const char*, std::function<void(WireEvent&)>>;
  const std::array<Change, 9> changes{{
      {"at", [](WireEvent& event) { event.at += Duration{1}; }},
      {"device", [](WireEvent& event) { ++event.device; }},
      {"connection", [](WireEvent& event) { ++event.connection; }},
      {"leg", [](WireEvent& event) { event.leg = device::Leg::bootstrap; }},
      {"teller", [](WireEvent& event) { event.teller = WireEnd::platform; }},
      {"kind", [](WireEvent& event) { event.kind = WireKind::reset; }},
      {"direction", [](WireEvent& event) { event.direction = Direction::down; }},
      {"end", [](WireEvent& event) { event.end = device::LinkEnd::refused; }},
      {"endpoint", [](WireEvent& event) { event.endpoint = 3; }},
  }};
  const Bytes bytes{1, 2, 3};
  std::set<std::string> seen{hash_of_bytes(bytes)};
  for (const auto& [field, change] : changes) {
    WireEvent event = plain_event(bytes);
    change(event);
    EXPECT_TRUE(seen.insert(hash_of({event})).second) << field;
  }
}

TEST(TraceHash, CoversTheAddressesAndPortsOfAnOpening) {
  WireEvent plain = plain_event({});
  plain.kind = WireKind::opening;
  std::set<std::string> seen{hash_of({plain})};
  WireEvent event = plain;
  event.device_address = IpAddress::from_v4(0x0a000001);
  EXPECT_TRUE(seen.insert(hash_of({event})).second) << "device_address";
  event = plain;
  event.platform_address = IpAddress::from_v4(0x0a000001);
  EXPECT_TRUE(seen.insert(hash_of({event})).second) << "platform_address";
  event = plain;
  event.device_port = 1;
  EXPECT_TRUE(seen.insert(hash_of({event})).second) << "device_port";
  event = plain;
  event.platform_port = 1;
  EXPECT_TRUE(seen.insert(hash_of({event})).second) << "platform_port";
}

/// The share of the digest's bits that turn when one bit of the input does: near a half for each input bit, never few.
TEST(TraceHash, TurnsAboutHalfOfItsBitsWhenOneBitOfTheInputTurns) {
  for (const std::size_t size : {1U, 3U, 7U, 8U, 15U, 16U, 31U, 33U, 64U, 200U}) {
    double sum = 0;
    int least = 128;
    constexpr std::size_t rounds = 16;
    for (std::size_t round = 0; round < rounds; ++round) {
      Bytes bytes(size);
      for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + round * 101);
      const TraceDigest before = digest_of_bytes(bytes);
      for (std::size_t bit = 0; bit < size * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const int turned = bits_between(before, digest_of_bytes(bytes));
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        sum += turned;
        least = std::min(least, turned);
      }
    }
    const double mean = sum / static_cast<double>(rounds * size * 8);
    EXPECT_NEAR(mean, 64, 2) << size << " bytes";
    EXPECT_GE(least, 32) << size << " bytes";
  }
}

/// A difference long ago is still there, in both halves: nothing that follows washes it out.
TEST(TraceHash, RemembersADifferenceOverManyEvents) {
  const Bytes one{1};
  const Bytes other{3};
  const Bytes zeros(40, 0);
  TraceHash first;
  TraceHash second;
  first.on_wire(plain_event(one));
  second.on_wire(plain_event(other));
  for (int i = 0; i < 10'000; ++i) {
    first.on_wire(plain_event(zeros));
    second.on_wire(plain_event(zeros));
  }
  EXPECT_GE(std::popcount(first.digest().high ^ second.digest().high), 12);
  EXPECT_GE(std::popcount(first.digest().low ^ second.digest().low), 12);
}

TEST(TraceHash, CombinesPartsByTheirOrderAndNumber) {
  const TraceDigest a{1, 2};
  const TraceDigest b{3, 4};
  std::set<std::string> seen;
  for (const std::vector<TraceDigest>& parts : std::vector<std::vector<TraceDigest>>{
           {}, {a}, {b}, {a, b}, {b, a}, {a, a}, {a, b, {}}, {{}, a, b}, {{2, 1}, b}, {{0, 0}}, {{0, 0}, {0, 0}}})
    EXPECT_TRUE(seen.insert(hex_text(combined(parts))).second) << parts.size() << " parts";
}

TEST(TraceHash, IsPrintedAs32DigitsWithLeadingZeros) { EXPECT_EQ(hex_text({0x1f, 0xabc}), "000000000000001f0000000000000abc"); }

}  // namespace
}  // namespace fleetsim::sim
