// Attempts that never came to the network, in stories and captures: whoever reads them sees that the device has tried.
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/trace/capture.hpp"
#include "sim/trace/recorder.hpp"
#include "sim/trace/timeline.hpp"
#include "sim/trace/timeline_json.hpp"
#include "sim/trace/timeline_text.hpp"
#include "sim/trace/trace_hash.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;
using device::LinkEnd;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t pcap_head_bytes = 24;
constexpr std::size_t packet_head_bytes = 16;

WireEvent attempt(std::int64_t ms, Leg leg, WireKind kind, LinkEnd end = {}) {
  WireEvent event;
  event.at = Instant{std::chrono::milliseconds{ms}};
  event.leg = leg;
  event.kind = kind;
  event.end = end;
  event.device_address = IpAddress::from_v4(0x7f000103);
  event.platform_address = IpAddress::from_v4(0x7f000001);
  event.platform_port = 18443;
  return event;
}

Recording failed(LinkEnd end, Leg leg = Leg::bootstrap, std::size_t times = 1) {
  TraceRecorder recorder({0});
  for (std::size_t i = 0; i < times; ++i) {
    const auto ms = static_cast<std::int64_t>(1000 * i);
    recorder.on_kept_back(attempt(ms, leg, WireKind::opening));
    recorder.on_kept_back(attempt(ms, leg, WireKind::failed, end));
  }
  return recorder.take(0);
}

std::string story(const Recording& recording) { return timeline_text(timeline_of(recording, {.endpoints = {"iot-1"}}, kNever)); }

/// TCP flags of each packet of a capture of raw IPv4, and the device's port in it.
std::vector<std::pair<int, int>> packets_of(const Recording& recording) {
  const std::vector<std::uint8_t> capture = capture_of(recording, kNever);
  std::vector<std::pair<int, int>> packets;
  for (std::size_t at = pcap_head_bytes; at < capture.size();) {
    const std::size_t size = capture[at + 8] + std::size_t{256} * capture[at + 9];
    const std::uint8_t* const tcp = &capture[at + packet_head_bytes + 20];
    const int port = (tcp[13] & 0x04) != 0 ? tcp[2] * 256 + tcp[3] : tcp[0] * 256 + tcp[1];
    packets.emplace_back(tcp[13], port);
    at += packet_head_bytes + size;
  }
  return packets;
}

TEST(KeptBack, IsToldAsALinkThatLedNowhere) {
  const std::string text = story(failed(LinkEnd::refused));
  EXPECT_THAT(text, HasSubstr("- opening, kept from the network"));
  EXPECT_THAT(text, HasSubstr("- failed: refused"));
  EXPECT_LT(text.find("opening"), text.find("failed")) << "at one moment it fails after it was wanted";
  EXPECT_THAT(text, Not(HasSubstr("#"))) << "it is no connection";
}

TEST(KeptBack, IsOfTheLegThatWanted) {
  EXPECT_THAT(story(failed(LinkEnd::refused, Leg::mqtt)), HasSubstr(" mqtt "));
  EXPECT_THAT(story(failed(LinkEnd::refused, Leg::bootstrap)), HasSubstr(" bootstrap "));
}

TEST(KeptBack, IsNotMistakenForTheConnectionOfTheSameNumber) {
  TraceRecorder recorder({0});
  recorder.on_kept_back(attempt(0, Leg::mqtt, WireKind::opening));
  recorder.on_kept_back(attempt(0, Leg::mqtt, WireKind::failed, LinkEnd::refused));
  WireEvent opening = attempt(2000, Leg::mqtt, WireKind::opening);
  opening.connection = 1;
  opening.endpoint = 0;
  recorder.on_wire(opening);
  opening.kind = WireKind::opened;
  recorder.on_wire(opening);
  const std::string text = story(recorder.take(0));
  EXPECT_THAT(text, HasSubstr("iot-1 #1"));
  EXPECT_THAT(text, HasSubstr("- open\n"));
  EXPECT_LT(text.find("failed: refused"), text.find("iot-1 #1"));
}

TEST(KeptBack, IsMarkedInJsonAndHasNoEndpoint) {
  const std::string json = timeline_json(timeline_of(failed(LinkEnd::dns_failed), {}, kNever));
  EXPECT_THAT(json, HasSubstr("\"kept_back\": true"));
  EXPECT_THAT(json, Not(HasSubstr("\"endpoint\"")));
}

TEST(KeptBack, IsARefusedSynInACapture) {
  const auto packets = packets_of(failed(LinkEnd::refused, Leg::bootstrap, 2));
  ASSERT_EQ(packets.size(), 4U);
  EXPECT_EQ(packets[0].first, 0x02);
  EXPECT_EQ(packets[1].first, 0x14);
  EXPECT_EQ(packets[0].second, packets[1].second);
  EXPECT_NE(packets[0].second, packets[2].second) << "each try is from a port of its own";
  EXPECT_GT(packets[0].second, 0);
}

TEST(KeptBack, IsASynWithoutAnAnswerWhenItWasGivenUp) { EXPECT_EQ(packets_of(failed(LinkEnd::closed_by_us)).size(), 1U); }

TEST(KeptBack, IsNothingInACaptureWhenThereWasNowhereToSendIt) {
  EXPECT_TRUE(packets_of(failed(LinkEnd::dns_failed)).empty());
  EXPECT_TRUE(packets_of(failed(LinkEnd::tls_failed)).empty()) << "there was no session to open it for";
}

TEST(KeptBack, CountsAgainstTheLimitsOfARecording) {
  TraceRecorder recorder({0}, {.bytes_max = 10, .events_max = 3});
  for (int i = 0; i < 5; ++i) recorder.on_kept_back(attempt(i, Leg::mqtt, WireKind::opening));
  const Recording recording = recorder.take(0);
  EXPECT_EQ(recording.events.size(), 3U);
  EXPECT_EQ(recording.events_left_out, 2U);
}

TEST(KeptBack, ChangesTheTraceHash) {
  TraceHash with;
  TraceHash without;
  with.on_kept_back(attempt(0, Leg::mqtt, WireKind::opening));
  EXPECT_NE(hex_text(with.digest()), hex_text(without.digest()));
}

}  // namespace
}  // namespace fleetsim::sim
