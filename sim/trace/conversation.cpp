#include "sim/trace/conversation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>
#include <utility>

#include "sim/trace/http_reader.hpp"
#include "sim/trace/mqtt_reader.hpp"

namespace fleetsim::sim {
namespace {

constexpr Direction both_ways[] = {Direction::up, Direction::down};

void take_bytes(OneWay& way, const RecordedEvent& recorded) {
  const bool device_told = recorded.event.teller == WireEnd::device;
  const bool sent = device_told == (recorded.event.direction == Direction::up);
  ToldStream& stream = sent ? way.sent : way.received;
  stream.bytes.insert(stream.bytes.end(), recorded.bytes.begin(), recorded.bytes.end());
  stream.marks.push_back({stream.bytes.size(), recorded.event.at});
}

void take_event(Conversation& link, const RecordedEvent& recorded) {
  const WireEvent& event = recorded.event;
  switch (event.kind) {
    case WireKind::opening:
      return link.opening.set(event.teller, event.at);
    case WireKind::opened:
      return link.opened.set(event.teller, event.at);
    case WireKind::failed:
      link.end = event.end;
      return link.failed.set(event.teller, event.at);
    case WireKind::bytes:
      return take_bytes(link.way(event.direction), recorded);
    case WireKind::finished:
      return link.way(event.direction).finished.set(event.teller, event.at);
    case WireKind::reset:
      return link.way(event.direction).reset.set(event.teller, event.at);
  }
}

void read_messages(Conversation& link) {
  const bool ended = link.up.reset.known() || link.down.reset.known() || link.down.finished.known() || link.failed.known();
  for (const Direction direction : both_ways) {
    OneWay& way = link.way(direction);
    const ByteView stream = way.best().bytes;
    way.messages = link.leg == device::Leg::mqtt ? read_mqtt(stream, direction)
                                                 : read_http(stream, direction, ended ? StreamEnd::ended : StreamEnd::open);
  }
}

}  // namespace

Instant TwoMoments::first() const {
  if (device && platform) return std::min(*device, *platform);
  return device ? *device : *platform;
}

std::optional<Instant> ToldStream::moment_of(std::size_t end) const {
  const auto mark = std::lower_bound(marks.begin(), marks.end(), end, [](const Mark& a, std::size_t wanted) { return a.end < wanted; });
  return mark == marks.end() ? std::nullopt : std::optional{mark->at};
}

std::vector<Conversation> conversations_of(const Recording& recording) {
  std::vector<Conversation> conversations;
  std::map<std::tuple<device::Leg, std::uint32_t, bool>, std::size_t> positions;
  for (const RecordedEvent& recorded : recording.events) {
    const WireEvent& event = recorded.event;
    const auto [position, is_new] = positions.try_emplace({event.leg, event.connection, recorded.is_kept_back}, conversations.size());
    if (is_new) {
      Conversation& link = conversations.emplace_back();
      link.leg = event.leg;
      link.connection = event.connection;
      link.is_kept_back = recorded.is_kept_back;
      link.endpoint = event.endpoint;
      link.place = event;
    }
    take_event(conversations[position->second], recorded);
  }
  for (Conversation& link : conversations) read_messages(link);
  return conversations;
}

std::vector<std::string> contradictions_of(const std::vector<Conversation>& conversations) {
  std::vector<std::string> found;
  for (const Conversation& link : conversations) {
    for (const Direction direction : both_ways) {
      const OneWay& way = link.way(direction);
      if (way.sent.marks.empty() || way.received.marks.empty()) continue;
      const std::vector<std::uint8_t>& sent = way.sent.bytes;
      const std::vector<std::uint8_t>& received = way.received.bytes;
      const auto differs = std::mismatch(received.begin(), received.end(), sent.begin(), sent.end());
      if (differs.first == received.end()) continue;
      const auto at = differs.first - received.begin();
      found.push_back(fmt::format("{} link {}, {}: byte {} arrived, and {}", link.leg == device::Leg::mqtt ? "mqtt" : "bootstrap",
                                  link.connection, direction == Direction::up ? "up" : "down", at,
                                  differs.second == sent.end() ? "was never sent" : "another was sent in its place"));
    }
  }
  return found;
}

}  // namespace fleetsim::sim
