// What stands in a story's text, its JSON and its rows, entry by entry; and how entries come from what was told.
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/report/number_text.hpp"
#include "sim/trace/conversation.hpp"
#include "sim/trace/plain_text.hpp"
#include "sim/trace/timeline_json.hpp"
#include "sim/trace/timeline_text.hpp"

namespace fleetsim::sim::timeline_forms_test {
namespace {

using namespace std::chrono_literals;
using Kind = TimelineEntry::Kind;

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TimelineEntry lost_publish() {
  TimelineEntry entry;
  entry.kind = Kind::message;
  entry.at.device = Instant{1500ms};
  entry.leg = device::Leg::mqtt;
  entry.connection = 3;
  entry.endpoint = 0;
  entry.direction = Direction::up;
  entry.arrives = false;
  entry.message.name = "PUBLISH";
  entry.message.summary = "a summary";
  entry.message.reading = Reading::malformed;
  entry.message.problem = "a rule";
  entry.message.place = {10, 25};
  entry.message.secrets = {{12, 14}};
  return entry;
}
TimelineEntry reset_by(Direction direction) {
  TimelineEntry entry;
  entry.kind = Kind::link;
  entry.at.platform = Instant{2s};
  entry.moment = LinkStage::reset;
  entry.direction = direction;
  return entry;
}
TimelineEntry note() {
  TimelineEntry entry;
  entry.at.platform = Instant{3s};
  entry.note = {.at = Instant{3s}, .side = EventSide::platform, .kind = "rejected", .detail = "token=hush", .instance = "there", .code = 5};
  return entry;
}
Timeline story(std::vector<TimelineEntry> entries) {
  Timeline timeline;
  timeline.head = {
      .scenario = "s", .seed = 9, .device = "pk/dn", .group = "lamps", .position = 7, .endpoints = {"here"}, .trace_hash = "ab12"};
  timeline.entries = std::move(entries);
  return timeline;
}

TEST(TimelineJson, HasOfAMessageWhatItsSchemaPromises) {
  const std::string json = timeline_json(story({lost_publish()}));
  for (const std::string_view part :
       {R"("t": 1.5)", R"("device_t": 1.5)", R"("leg": "mqtt")", R"("direction": "up")", R"("arrives": false)", R"("protocol": "mqtt")",
        R"("bytes": 15)", R"("secrets": 1)", R"("reading": "malformed")", R"("problem": "a rule")", R"("endpoint": "here")"})
    EXPECT_TRUE(contains(json, part)) << part << '\n' << json;
  EXPECT_FALSE(contains(json, "platform_t"));
}

TEST(TimelineJson, HasOfANoteAllThatWasSaidButItsSecrets) {
  const std::string json = timeline_json(story({note()}));
  for (const std::string_view part : {R"("platform_t": 3)", R"("side": "platform")", R"("what": "rejected")", R"("instance": "there")",
                                      R"("code": 5)", "token=(4 bytes)"})
    EXPECT_TRUE(contains(json, part)) << part << '\n' << json;
  EXPECT_FALSE(contains(json, "hush"));
}

TEST(TimelineJson, HasWhichRunItIsWhereItEndsAndWhatIsMissing) {
  TimelineEntry opening = reset_by(Direction::up);
  opening.moment = LinkStage::opening;
  opening.device_port = 50'123;
  Timeline timeline = story({opening});
  timeline.until = Instant{4s};
  timeline.notes_left_out = 8;
  const std::string json = timeline_json(timeline);
  for (const std::string_view part :
       {R"("trace_hash": "ab12")", R"("group": "lamps")", R"("until": 4)", R"("notes": 8)", R"("device_port": 50123)"})
    EXPECT_TRUE(contains(json, part)) << part << '\n' << json;
}

TEST(TimelineText, SaysNeverAtTheEndThatItNeverReached) {
  const TimelineRow row = timeline_row(story({}), lost_publish());
  EXPECT_EQ(row.device_at, "1.500000");
  EXPECT_EQ(row.platform_at, "never");
  EXPECT_EQ(row.arrow, "→");
  EXPECT_EQ(row.where, "here #3");
  EXPECT_EQ(row.what, "PUBLISH [malformed] a summary");
}

TEST(TimelineText, ShowsByWhomALinkEnded) {
  EXPECT_EQ(timeline_row(story({}), reset_by(Direction::up)).arrow, "→");
  EXPECT_EQ(timeline_row(story({}), reset_by(Direction::down)).arrow, "←");
}

TEST(TimelineText, TellsADownloadFromASession) {
  TimelineEntry download = lost_publish();
  download.leg = device::Leg::bootstrap;
  EXPECT_EQ(timeline_row(story({}), download).where, "here http #3");
}

TEST(TimelineText, ShowsANoteWithAllThatWasSaidButItsSecrets) {
  EXPECT_EQ(timeline_row(story({}), note()).what, "platform: rejected there token=(4 bytes) code 5");
}

TEST(TimelineText, HeadsItWithTheRunAndEndsItWithWhatIsMissing) {
  Timeline timeline = story({note()});
  timeline.notes_left_out = 2;
  const std::string text = timeline_text(timeline);
  EXPECT_TRUE(contains(text, "s · seed 9 · pk/dn (device 7 of lamps)\n")) << text;
  EXPECT_TRUE(contains(text, "trace hash of the run ab12\n"));
  EXPECT_TRUE(contains(text, "0 wire events, 2 notes"));
}

TEST(TimelineText, BreaksALongMessageAtWordsAndShortensItAfterSomeRows) {
  TimelineEntry entry = lost_publish();
  entry.message.summary.clear();
  for (int i = 0; i < 200; ++i) entry.message.summary += "wordword ";
  const std::string text = timeline_text(story({entry}));
  const std::string rows = text.substr(text.find("PUBLISH"));
  EXPECT_EQ(count_of(rows, "\n"), timeline_rows_per_entry);
  EXPECT_FALSE(contains(text, " \n")) << "no row ends in spaces";
  const std::string second = rows.substr(rows.find('\n') + 1);
  EXPECT_TRUE(second.starts_with("          ")) << "the times stand in the first row alone";
  const std::string first_three = rows.substr(0, rows.rfind('\n', rows.size() - 2));
  EXPECT_EQ(count_of(first_three, "wordword\n"), 2U) << "no word is cut: " << rows;
}

// --- from what was told to entries ---------------------------------------------------------------------------------------------------

RecordedEvent told(Instant at, WireEnd teller, WireKind kind, Direction direction = Direction::up, std::string_view bytes = {}) {
  RecordedEvent one;
  one.event.at = at;
  one.event.connection = 1;
  one.event.leg = device::Leg::bootstrap;
  one.event.teller = teller;
  one.event.kind = kind;
  one.event.direction = direction;
  const ByteView view = bytes_of(bytes);
  one.bytes.assign(view.begin(), view.end());
  return one;
}

TEST(Timeline, PutsANoteAtItsSidesTimeBehindWhatTheSideHeardThen) {
  Recording recording;
  recording.events = {told(Instant{1s}, WireEnd::device, WireKind::opening), told(Instant{2s}, WireEnd::device, WireKind::opened)};
  recording.notes = {{.at = Instant{2s}, .side = EventSide::device, .kind = "heard"},
                     {.at = Instant{3s}, .side = EventSide::platform, .kind = "said"}};
  recording.notes_left_out = 4;
  const Timeline timeline = timeline_of(recording, {}, Instant{3s});
  ASSERT_EQ(timeline.entries.size(), 4U) << "what is told at the end belongs to it";
  EXPECT_EQ(timeline.entries[1].moment, LinkStage::opened);
  EXPECT_EQ(timeline.entries[2].note.kind, "heard");
  EXPECT_TRUE(timeline.entries[3].at.platform && !timeline.entries[3].at.device);
  EXPECT_EQ(timeline.notes_left_out, 4U);
}

TEST(Timeline, AnAnswerWithoutALengthIsWholeOnceItsLinkHasEnded) {
  Recording recording;
  recording.events = {told(Instant{1s}, WireEnd::device, WireKind::bytes, Direction::down, "HTTP/1.1 200 OK\r\n\r\nx")};
  EXPECT_EQ(timeline_of(recording, {}, kNever).entries[0].message.reading, Reading::incomplete);
  recording.events.push_back(told(Instant{2s}, WireEnd::device, WireKind::finished, Direction::down));
  EXPECT_EQ(timeline_of(recording, {}, kNever).entries[0].message.reading, Reading::whole);
}

TEST(Timeline, ByteForByteIsComparedUnlessSomethingWasLeftOut) {
  Recording recording;
  recording.events = {told(Instant{1s}, WireEnd::device, WireKind::bytes, Direction::up, "abc"),
                      told(Instant{2s}, WireEnd::platform, WireKind::bytes, Direction::up, "abd")};
  EXPECT_EQ(timeline_of(recording, {}, kNever).contradictions.size(), 1U);
  recording.events_left_out = 1;
  EXPECT_TRUE(timeline_of(recording, {}, kNever).contradictions.empty());
}

TEST(PlainText, ALineSeparatorWouldBreakALine) { EXPECT_EQ(plain_text("\xe2\x80\xa8", 100), "e2 80 a8"); }

}  // namespace
}  // namespace fleetsim::sim::timeline_forms_test
