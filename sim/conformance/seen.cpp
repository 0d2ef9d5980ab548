#include "sim/conformance/seen.hpp"

#include <algorithm>

#include "devicecore/ascii.hpp"
#include "sim/trace/http_reader.hpp"
#include "sim/trace/mqtt_reader.hpp"

namespace fleetsim::sim {
namespace {

template <class Value>
const Value* value_of(const DecodedMessage& message, std::string_view name) {
  for (const MessageField& field : message.fields)
    if (field.name == name) return std::get_if<Value>(&field.value);
  return nullptr;
}

}  // namespace

std::optional<std::int64_t> SeenMessage::number(std::string_view field) const {
  const auto* const value = value_of<std::int64_t>(message, field);
  return value == nullptr ? std::nullopt : std::optional{*value};
}

std::optional<bool> SeenMessage::flag(std::string_view field) const {
  const auto* const value = value_of<bool>(message, field);
  return value == nullptr ? std::nullopt : std::optional{*value};
}

std::string_view SeenMessage::text(std::string_view field) const {
  const auto* const value = value_of<std::string>(message, field);
  return value == nullptr ? std::string_view{} : std::string_view{*value};
}

/// From the bytes: the decoded message shows those headers that people want to see.
std::string_view SeenMessage::header(std::string_view name) const {
  const std::string_view all = text_of(bytes);
  const std::string_view head = all.substr(0, all.find("\r\n\r\n"));
  for (std::size_t line_at = head.find("\r\n"); line_at != std::string_view::npos; line_at = head.find("\r\n", line_at)) {
    line_at += 2;
    const std::string_view line = head.substr(line_at, head.find("\r\n", line_at) - line_at);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !device::equals_ignoring_case(line.substr(0, colon), name)) continue;
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string_view::npos ? std::string_view{} : line.substr(value);
  }
  return {};
}

std::string_view SeenMessage::body() const {
  const std::string_view all = text_of(bytes);
  const std::size_t end = all.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view{} : all.substr(end + 4);
}

const SeenMessage* SeenLink::first(std::string_view name, Direction direction) const {
  const auto found =
      std::find_if(messages.begin(), messages.end(), [&](const SeenMessage& seen) { return seen.direction == direction && seen.is(name); });
  return found == messages.end() ? nullptr : &*found;
}

std::size_t SeenLink::count(std::string_view name, Direction direction) const {
  return static_cast<std::size_t>(std::count_if(messages.begin(), messages.end(),
                                                [&](const SeenMessage& seen) { return seen.direction == direction && seen.is(name); }));
}

const SeenMessage* SeenLink::acceptance() const {
  for (const SeenMessage& seen : messages)
    if (seen.direction == Direction::down && seen.is("CONNACK") && seen.number("return_code") == 0) return &seen;
  return nullptr;
}

Instant SeenLink::accepted_at() const {
  const SeenMessage* const accepted = acceptance();
  return accepted == nullptr ? kNever : accepted->at;
}

std::vector<const SeenLink*> Seen::of(device::Leg leg, Instant since) const {
  std::vector<const SeenLink*> found;
  for (const SeenLink& link : links_)
    if (link.leg == leg && link.opening_at >= since) found.push_back(&link);
  return found;
}

const SeenLink* Seen::online() const {
  const auto found = std::find_if(links_.rbegin(), links_.rend(), [](const SeenLink& link) { return link.is_online(); });
  return found == links_.rend() ? nullptr : &*found;
}

const SeenLink* Seen::last(device::Leg leg) const {
  const auto found = std::find_if(links_.rbegin(), links_.rend(), [leg](const SeenLink& link) { return link.leg == leg; });
  return found == links_.rend() ? nullptr : &*found;
}

bool Seen::device_sent(std::string_view text) const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [text](const Streams& streams) { return text_of(streams.up.bytes).find(text) != std::string_view::npos; });
}

std::string_view Seen::unread_from_device(const SeenLink& link) const {
  const auto found = std::find_if(links_.begin(), links_.end(), [&link](const SeenLink& one) { return &one == &link; });
  if (found == links_.end()) return {};
  const Stream& stream = streams_[static_cast<std::size_t>(found - links_.begin())].up;
  return text_of(stream.bytes).substr(stream.read);
}

/// Where its link stands.
std::size_t Seen::number_of(const WireEvent& event) {
  const auto found = std::find_if(links_.rbegin(), links_.rend(),
                                  [&event](const SeenLink& link) { return link.leg == event.leg && link.connection == event.connection; });
  if (found != links_.rend()) return static_cast<std::size_t>(std::distance(found, links_.rend())) - 1;
  streams_.emplace_back();
  SeenLink& link = links_.emplace_back();
  link.leg = event.leg;
  link.connection = event.connection;
  link.opening_at = event.at;
  return links_.size() - 1;
}

/// Where both ends tell, the attempt is the device's end's to tell, and all that is said on the link is the platform's.
void Seen::take(const WireEvent& event) {
  const bool by_platform = event.teller == WireEnd::platform;
  const bool is_attempt = event.kind == WireKind::opening || event.kind == WireKind::failed;
  if (!by_platform && !is_attempt) return;
  ++version_;
  const std::size_t number = number_of(event);
  SeenLink& link = links_[number];
  link.endpoint = event.endpoint;
  const bool by_device = (event.direction == Direction::up);
  switch (event.kind) {
    case WireKind::opening:
      return;
    case WireKind::opened:
      link.opened_at = event.at;
      return;
    case WireKind::failed:
      if (link.is_over()) return;
      link.end = SeenEnd::never_opened;
      link.ended_at = event.at;
      link.ended_order = version_;
      return;
    case WireKind::bytes: {
      Stream& stream = by_device ? streams_[number].up : streams_[number].down;
      stream.bytes.insert(stream.bytes.end(), event.bytes.begin(), event.bytes.end());
      return read(link, stream, event.direction, event.at);
    }
    case WireKind::finished:
    case WireKind::reset:
      if (link.is_over()) return;  // the first word is whose end it is; the other only answers
      link.ended_at = event.at;
      link.ended_order = version_;
      if (event.kind == WireKind::finished) {
        link.end = by_device ? SeenEnd::closed_by_device : SeenEnd::closed_by_platform;
      } else {
        link.end = by_device ? SeenEnd::reset_by_device : SeenEnd::reset_by_platform;
      }
      return;
  }
}

void Seen::take_ciphertext(const WireEvent& event) {
  SeenLink& link = links_[number_of(event)];
  link.endpoint = event.endpoint;
  if (!link.tls) link.tls.emplace();
  link.tls->take(event.direction, event.bytes, event.at);
}

void Seen::read(SeenLink& link, Stream& stream, Direction direction, Instant at) {
  const ByteView rest = ByteView{stream.bytes}.subspan(stream.read);
  const std::vector<DecodedMessage> messages =
      link.is_bootstrap() ? read_http(rest, direction, StreamEnd::open) : read_mqtt(rest, direction);
  for (const DecodedMessage& message : messages) {
    if (message.reading == Reading::incomplete) return;
    const ByteView bytes = rest.subspan(message.place.begin, message.place.end - message.place.begin);
    link.messages.push_back(
        {.at = at, .direction = direction, .message = message, .bytes = {bytes.begin(), bytes.end()}, .order = version_});
    stream.read += bytes.size();
  }
}

}  // namespace fleetsim::sim
