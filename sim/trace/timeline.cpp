#include "sim/trace/timeline.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fleetsim::sim {
namespace {

/// At one moment: what a side hears, what it says of that, what it does then.
enum class Turn : std::uint8_t { hears, tells, does };

struct Placed {
  Instant first{};
  Turn turn{};
  TimelineEntry entry;
};

class Builder {
 public:
  explicit Builder(Instant until) : until_(until) {}

  void add_link(const Conversation& link) {
    // What is kept back may fail at the same moment: not before it was wanted.
    add_moment(link, LinkStage::opening, link.opening, link.is_kept_back ? Turn::hears : Turn::does);
    add_moment(link, LinkStage::opened, link.opened, Turn::hears);
    add_moment(link, LinkStage::failed, link.failed, Turn::hears);
    for (const Direction direction : {Direction::up, Direction::down}) {
      const OneWay& way = link.way(direction);
      for (const DecodedMessage& message : way.messages) add_message(link, direction, message);
      add_end(link, direction, LinkStage::finished, way.finished);
      add_end(link, direction, LinkStage::reset, way.reset);
    }
  }

  void add_note(const TraceNote& note) {
    TimelineEntry entry;
    entry.kind = TimelineEntry::Kind::note;
    entry.note = note;
    entry.at.set(note.side == EventSide::device ? WireEnd::device : WireEnd::platform, note.at);
    place(Turn::tells, std::move(entry));
  }

  std::vector<TimelineEntry> take() {
    std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) {
      return std::pair{a.first, a.turn} < std::pair{b.first, b.turn};
    });
    std::vector<TimelineEntry> entries;
    entries.reserve(placed_.size());
    for (Placed& placed : placed_) entries.push_back(std::move(placed.entry));
    return entries;
  }

 private:
  static TimelineEntry entry_of(const Conversation& link, TimelineEntry::Kind kind, const TwoMoments& at) {
    TimelineEntry entry;
    entry.kind = kind;
    entry.at = at;
    entry.leg = link.leg;
    entry.connection = link.connection;
    entry.is_kept_back = link.is_kept_back;
    entry.endpoint = link.endpoint;
    return entry;
  }

  void add_moment(const Conversation& link, LinkStage moment, const TwoMoments& at, Turn turn) {
    if (!at.known()) return;
    TimelineEntry entry = entry_of(link, TimelineEntry::Kind::link, at);
    entry.moment = moment;
    entry.end = link.end;
    entry.device_address = link.place.device_address;
    entry.platform_address = link.place.platform_address;
    entry.device_port = link.place.device_port;
    entry.platform_port = link.place.platform_port;
    place(turn, std::move(entry));
  }

  void add_end(const Conversation& link, Direction direction, LinkStage moment, const TwoMoments& at) {
    if (!at.known()) return;
    TimelineEntry entry = entry_of(link, TimelineEntry::Kind::link, at);
    entry.moment = moment;
    entry.direction = direction;
    const WireEnd receiver = direction == Direction::up ? WireEnd::platform : WireEnd::device;
    entry.arrives = at.of(receiver).has_value() || !tells(link, receiver);
    place(Turn::does, std::move(entry));
  }

  void add_message(const Conversation& link, Direction direction, const DecodedMessage& message) {
    const OneWay& way = link.way(direction);
    const WireEnd sender = direction == Direction::up ? WireEnd::device : WireEnd::platform;
    const WireEnd receiver = direction == Direction::up ? WireEnd::platform : WireEnd::device;
    TwoMoments at;
    if (const auto sent = way.sent.moment_of(message.place.end)) at.set(sender, *sent);
    if (const auto received = way.received.moment_of(message.place.end)) at.set(receiver, *received);
    if (!at.known()) return;  // it cannot be: the message was made of bytes that one of them told
    TimelineEntry entry = entry_of(link, TimelineEntry::Kind::message, at);
    entry.direction = direction;
    entry.arrives = at.of(receiver).has_value() || !tells(link, receiver);
    entry.message = message;
    place(Turn::does, std::move(entry));
  }

  /// On real sockets one end may not: then nothing can be said of what arrives there.
  static bool tells(const Conversation& link, WireEnd end) {
    if (end == WireEnd::device) return link.opening.device || link.opened.device || !link.down.received.marks.empty();
    return link.opening.platform || link.opened.platform || !link.up.received.marks.empty();
  }

  void place(Turn turn, TimelineEntry entry) {
    const Instant first = entry.at.first();
    if (first <= until_) placed_.push_back({first, turn, std::move(entry)});
  }

  Instant until_;
  std::vector<Placed> placed_;
};

}  // namespace

std::string TimelineHead::endpoint_name(std::uint16_t endpoint) const {
  if (endpoint == wire_bootstrap) return "bootstrap";
  return endpoint < endpoints.size() ? endpoints[endpoint] : "instance " + std::to_string(endpoint);
}

Timeline timeline_of(const Recording& recording, const TimelineHead& head, Instant until) {
  Timeline timeline;
  timeline.head = head;
  timeline.until = until;
  timeline.events_left_out = recording.events_left_out;
  timeline.notes_left_out = recording.notes_left_out;
  const std::vector<Conversation> conversations = conversations_of(recording);
  Builder builder(until);
  for (const Conversation& link : conversations) builder.add_link(link);
  for (const TraceNote& note : recording.notes) builder.add_note(note);
  timeline.entries = builder.take();
  // A recording that is cut off at one end only would contradict itself.
  if (recording.events_left_out == 0) timeline.contradictions = contradictions_of(conversations);
  return timeline;
}

std::string_view link_stage_name(LinkStage moment) {
  switch (moment) {
    case LinkStage::opening:
      return "opening";
    case LinkStage::opened:
      return "opened";
    case LinkStage::failed:
      return "failed";
    case LinkStage::finished:
      return "finished";
    case LinkStage::reset:
      return "reset";
  }
  return "";
}

std::string_view link_end_text(device::LinkEnd end) {
  switch (end) {
    case device::LinkEnd::closed_by_us:
      return "closed_by_us";
    case device::LinkEnd::closed_by_peer:
      return "closed_by_peer";
    case device::LinkEnd::reset:
      return "reset";
    case device::LinkEnd::refused:
      return "refused";
    case device::LinkEnd::unreachable:
      return "unreachable";
    case device::LinkEnd::dns_failed:
      return "dns_failed";
    case device::LinkEnd::tls_failed:
      return "tls_failed";
    case device::LinkEnd::no_resources:
      return "no_resources";
  }
  return "";
}

}  // namespace fleetsim::sim
