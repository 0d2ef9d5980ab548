// A device's story as text and JSON, of a real device and a real platform: complete, in order, both moments, and never a secret.
#include "sim/trace/timeline.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/number_text.hpp"
#include "sim/trace/capture.hpp"
#include "sim/trace/timeline_json.hpp"
#include "sim/trace/timeline_text.hpp"
#include "tests/sim/trace/duo.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

Timeline timeline(const Recording& recording, Instant until = kNever) { return timeline_of(recording, Duo::head(), until); }

/// "up CONNECT", "down CONNACK", ...
std::vector<std::string> messages_of(const Timeline& timeline) {
  std::vector<std::string> found;
  for (const TimelineEntry& entry : timeline.entries)
    if (entry.kind == TimelineEntry::Kind::message)
      found.push_back((entry.direction == Direction::up ? "up " : "down ") + entry.message.name + " " + entry.message.summary);
  return found;
}

std::vector<std::string> names_of(const Timeline& timeline) {
  std::vector<std::string> found;
  for (const std::string& message : messages_of(timeline)) found.push_back(message.substr(0, message.find(' ', message.find(' ') + 1)));
  return found;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

TEST(Timeline, TellsEveryMessageOfAMoveInOrder) {
  const std::vector<std::string> wanted = {"up POST",      "down 200",     "up CONNECT", "down CONNACK",  "up PUBLISH",   "down PUBLISH",
                                           "down PUBLISH", "up PUBACK",    "up PUBLISH", "up DISCONNECT", "up POST",      "down 200",
                                           "up CONNECT",   "down CONNACK", "up PUBLISH", "down PUBACK",   "up DISCONNECT"};
  EXPECT_EQ(names_of(timeline(life_of({}))), wanted);
}

TEST(Timeline, SaysWhenEachMessageLeftAndWhenItArrived) {
  for (const TimelineEntry& entry : timeline(life_of({})).entries) {
    if (entry.kind != TimelineEntry::Kind::message) continue;
    ASSERT_TRUE(entry.at.device && entry.at.platform) << entry.message.name;
    const Duration way = entry.direction == Direction::up ? *entry.at.platform - *entry.at.device : *entry.at.device - *entry.at.platform;
    EXPECT_GE(way, Duo::latency) << entry.message.name;
    EXPECT_LE(way, Duo::latency + 2ms) << entry.message.name << ": behind another in the same step";
    EXPECT_TRUE(entry.arrives);
  }
}

TEST(Timeline, NeverGoesBackInTimeAndTellsWhatASideSaysBeforeWhatItDoes) {
  const Timeline told = timeline(life_of({}));
  Instant last{};
  std::size_t connected = 0;
  std::size_t posted = 0;
  for (std::size_t i = 0; i < told.entries.size(); ++i) {
    EXPECT_GE(told.entries[i].at.first(), last);
    last = told.entries[i].at.first();
    if (connected == 0 && told.entries[i].note.kind == "connected") connected = i;
    if (posted == 0 && contains(told.entries[i].message.summary, "property/post ")) posted = i;
  }
  EXPECT_LT(connected, posted) << "both at the moment when the CONNACK arrives";
}

TEST(Timeline, IsTheSameWhateverPiecesTheBytesTravelIn) {
  const std::vector<std::string> whole = messages_of(timeline(life_of({})));
  for (const std::size_t piece : {1U, 7U, 100U}) EXPECT_EQ(messages_of(timeline(life_of({.piece_bytes = piece}))), whole) << piece;
}

TEST(Timeline, EndsWhereItIsToldTo) {
  const Recording recording = life_of({});
  const Timeline cut = timeline(recording, Instant{1100ms});
  ASSERT_FALSE(cut.entries.empty());
  EXPECT_LE(cut.entries.back().at.first(), Instant{1100ms});
  EXPECT_LT(cut.entries.size(), timeline(recording).entries.size());
  EXPECT_TRUE(contains(timeline_text(cut), "until 1.1s"));
}

TEST(Timeline, TellsOfAMessageThatNeverArrived) {
  Duo duo;
  duo.power_on();
  ASSERT_TRUE(duo.run_until([&] { return duo.has_noted("connected"); }));
  duo.give(device::PostProperty{R"({"a":1})", 1});
  duo.break_link(device::Leg::mqtt);  // while it is under way
  ASSERT_TRUE(duo.run_until([&] { return duo.online_at("iotx-oxssharez200"); }));
  const Timeline told = timeline(duo.recorder.take(Duo::position));
  const auto lost = std::find_if(told.entries.begin(), told.entries.end(), [](const TimelineEntry& entry) { return !entry.arrives; });
  ASSERT_NE(lost, told.entries.end());
  EXPECT_TRUE(contains(lost->message.summary, "property/post"));
  EXPECT_TRUE(contains(timeline_text(told), "never")) << timeline_text(told);
}

TEST(Timeline, SaysNeverOnlyWhereTheOtherEndWouldHaveTold) {
  for (const WireEnd silent : {WireEnd::device, WireEnd::platform}) {
    Recording recording = life_of({});
    std::erase_if(recording.events, [silent](const RecordedEvent& one) { return one.event.teller == silent; });
    EXPECT_FALSE(contains(timeline_text(timeline(recording)), "never"));
  }
}

TEST(Timeline, ShowsAPortThatRefusesAndANameThatLeadsNowhere) {
  for (const bool resolves : {true, false}) {
    Duo duo;
    duo.names_resolve = resolves;
    duo.ports_answer = false;
    duo.power_on();
    ASSERT_TRUE(duo.run_until([&] { return duo.has_noted("bootstrap_failed"); }));
    EXPECT_TRUE(
        contains(timeline_text(timeline(duo.recorder.take(Duo::position))), resolves ? "- failed: refused" : "- failed: dns_failed"));
  }
}

/// Neither text, nor JSON, nor a capture shows what a device signs with, or is given to sign with.
TEST(Timeline, ShowsNoSecretInAnyForm) {
  for (const device::Registration way : {device::Registration::none, device::Registration::http, device::Registration::mqtt}) {
    const Recording recording = life_of({.registration = way});
    const Timeline told = timeline(recording);
    const std::vector<std::uint8_t> capture = capture_of(recording, kNever);
    const std::string text = timeline_text(told);
    const std::string json = timeline_json(told);
    std::vector<std::string> secrets = {std::string(Duo::device_secret), std::string(Duo::product_secret)};
    for (const Conversation& link : conversations_of(recording))
      for (const Direction direction : {Direction::up, Direction::down})
        for (const DecodedMessage& message : link.way(direction).messages)
          for (const ByteRange& secret : message.secrets)
            if (secret.size() >= 8)
              secrets.emplace_back(text_of(ByteView(link.way(direction).sent.bytes).subspan(secret.begin, secret.size())));
    EXPECT_GE(secrets.size(), 4U) << "two CONNECTs have passwords at least";
    for (const std::string& secret : secrets) {
      EXPECT_FALSE(contains(text, secret)) << secret;
      EXPECT_FALSE(contains(json, secret)) << secret;
      EXPECT_FALSE(contains(text_of(capture), secret)) << secret;
    }
    EXPECT_EQ(contains(json, "deviceSecret"), way != device::Registration::none) << "that one came, it says";
  }
}

TEST(Timeline, IsReadableInItsColumns) {
  const std::string text = timeline_text(timeline(life_of({.registration = device::Registration::mqtt})));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_LE(columns_of(std::string_view(text).substr(at, end - at)), timeline_columns) << text.substr(at, end - at);
    at = end + 1;
  }
  EXPECT_TRUE(contains(text, "     1.040000 →      1.060000  bootstrap #1          POST ")) << text;
}

TEST(Timeline, SaysThatItsEndsContradictEachOther) {
  const std::string sent = "\xc0";
  WireEvent event;
  event.kind = WireKind::bytes;
  event.leg = device::Leg::mqtt;
  event.connection = 1;
  TraceRecorder recorder({0});
  event.bytes = bytes_of("\xc0\x01");
  recorder.on_wire(event);
  event.teller = WireEnd::platform;
  event.bytes = bytes_of("\xc0\x02\x03");
  recorder.on_wire(event);
  const Timeline told = timeline(recorder.take(0));
  ASSERT_EQ(told.contradictions.size(), 1U);
  EXPECT_EQ(told.contradictions[0], "mqtt link 1, up: byte 1 arrived, and another was sent in its place");
  EXPECT_TRUE(contains(timeline_text(told), "contradict"));
  EXPECT_TRUE(timeline(life_of({})).contradictions.empty());
}

TEST(Timeline, SaysWhatWasLeftOut) {
  const Timeline told = timeline(life_of({.limits = {.bytes_max = 600, .events_max = 1000}}));
  EXPECT_GT(told.events_left_out, 0U);
  EXPECT_TRUE(told.contradictions.empty()) << "what is cut off is no contradiction";
  EXPECT_TRUE(contains(timeline_text(told), "left out"));
}

/// The same story, byte by byte, hashes to the same; another story to another.
TEST(Timeline, IsHashedTheSameEachTime) {
  const auto hash_of = [](const DuoSetUp& set_up) {
    Duo duo(set_up);
    duo.live();
    return hex_text(duo.hash.digest());
  };
  EXPECT_EQ(hash_of({}), hash_of({}));
  EXPECT_NE(hash_of({}), hash_of({.piece_bytes = 50}));
}

}  // namespace
}  // namespace fleetsim::sim
