#include "tests/sim/virtual/byte_trace.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <regex>

#include "sim/trace/conversation.hpp"
#include "sim/trace/plain_text.hpp"

namespace fleetsim::sim::test {
namespace {

struct Mask {
  std::regex what;
  const char* with;
};

/// What two runs may differ in. The first group stays.
const std::vector<Mask>& masks() {
  static const std::vector<Mask> all = {
      {std::regex("(timestamp=)[0-9]+"), "$1<time>"},                                              // of a client id
      {std::regex("(\"(?:timestamp|time|gmtCreate|ts|utc)\" ?: ?)\"?[0-9]{10,}\"?"), "$1<time>"},  // of a payload
      {std::regex("(\r\nDate: )[^\r]*", std::regex::icase), "$1<time>"},
      {std::regex("(\r\nContent-Length: )[0-9]+", std::regex::icase), "$1<length>"},  // it follows from the body
      {std::regex("(\"(?:id|messageId|requestId|jobId)\" ?: ?)\"[^\"]*\""), "$1<id>"},
  };
  return all;
}

/// MQTT 3.1.1 §2.2.3: the length of the rest takes one to four bytes.
std::size_t mqtt_body_at(std::string_view message) {
  std::size_t at = 1;
  while (at < message.size() && at < 4 && (static_cast<unsigned char>(message[at]) & 0x80U) != 0) ++at;
  return std::min(message.size(), at + 1);
}

std::vector<TracedMessage> messages_of(const OneWay& way, device::Leg leg) {
  std::vector<TracedMessage> made;
  for (const DecodedMessage& message : way.messages) {
    const std::string_view all = text_of(way.best().bytes);
    std::vector<ByteRange> secrets;
    for (const ByteRange& secret : message.secrets)
      secrets.push_back({secret.begin - message.place.begin, secret.end - message.place.begin});
    made.push_back({message.name, masked(all.substr(message.place.begin, message.place.end - message.place.begin), leg, secrets)});
  }
  return made;
}

std::string end_of(const Conversation& link) {
  if (link.failed.known()) return "it failed";
  for (const Direction direction : {Direction::up, Direction::down}) {
    const char* const who = direction == Direction::up ? "the device" : "the platform";
    if (link.way(direction).reset.known()) return fmt::format("reset by {}", who);
    if (link.way(direction).finished.device) return fmt::format("ended by {}", who);
  }
  return "open to the end";
}

/// The bytes around the first that differs.
std::string around(const std::string& bytes, std::size_t at) {
  constexpr std::size_t before = 40;
  constexpr std::size_t behind = 60;
  const std::size_t from = at > before ? at - before : 0;
  std::string text;
  for (const char c : bytes.substr(std::min(from, bytes.size()), before + behind))
    text += c >= ' ' && c <= '~' ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string difference_of(const std::vector<TracedMessage>& sockets, const std::vector<TracedMessage>& simulated,
                          const std::string& where) {
  for (std::size_t i = 0; i < std::max(sockets.size(), simulated.size()); ++i) {
    const TracedMessage nothing{"nothing", ""};
    const TracedMessage& one = i < sockets.size() ? sockets[i] : nothing;
    const TracedMessage& other = i < simulated.size() ? simulated[i] : nothing;
    if (one.name == other.name && one.bytes == other.bytes) continue;
    const auto differs = std::mismatch(one.bytes.begin(), one.bytes.end(), other.bytes.begin(), other.bytes.end());
    const auto at = static_cast<std::size_t>(differs.first - one.bytes.begin());
    return fmt::format("{}, message {}, byte {}:\n  sockets {}: {}\n  virtual {}: {}\n", where, i + 1, at, one.name, around(one.bytes, at),
                       other.name, around(other.bytes, at));
  }
  return {};
}

}  // namespace

std::string masked(std::string_view message, device::Leg leg, const std::vector<ByteRange>& secrets) {
  std::string text(message);
  // From behind, so that what stands before keeps its place.
  std::vector<ByteRange> in_order = secrets;
  std::sort(in_order.begin(), in_order.end(), [](const ByteRange& a, const ByteRange& b) { return a.begin > b.begin; });
  for (const ByteRange& secret : in_order) text.replace(secret.begin, secret.end - secret.begin, "<secret>");
  if (leg == device::Leg::mqtt && !text.empty()) text.erase(1, mqtt_body_at(message) - 1);
  for (const Mask& mask : masks()) text = std::regex_replace(text, mask.what, mask.with);
  return text;
}

std::vector<TracedLink> trace_of(const Recording& recording) {
  std::vector<Conversation> links = conversations_of(recording);
  std::sort(links.begin(), links.end(), [](const Conversation& a, const Conversation& b) {
    return std::pair{a.leg, a.connection} < std::pair{b.leg, b.connection};
  });
  std::vector<TracedLink> made;
  for (const Conversation& link : links) {
    TracedLink& traced = made.emplace_back();
    traced.name = fmt::format("{} link {}", link.leg == device::Leg::mqtt ? "mqtt" : "bootstrap", link.connection);
    if (link.leg == device::Leg::mqtt) traced.name += fmt::format(" to instance {}", link.endpoint);
    traced.up = messages_of(link.up, link.leg);
    traced.down = messages_of(link.down, link.leg);
    traced.end = end_of(link);
  }
  return made;
}

std::string first_difference(const std::vector<TracedLink>& sockets, const std::vector<TracedLink>& simulated) {
  for (std::size_t i = 0; i < std::max(sockets.size(), simulated.size()); ++i) {
    const TracedLink none{"no link", {}, {}, {}};
    const TracedLink& one = i < sockets.size() ? sockets[i] : none;
    const TracedLink& other = i < simulated.size() ? simulated[i] : none;
    if (one.name != other.name) return fmt::format("link {}: sockets has {}, virtual has {}\n", i + 1, one.name, other.name);
    if (std::string found = difference_of(one.up, other.up, one.name + ", up"); !found.empty()) return found;
    if (std::string found = difference_of(one.down, other.down, one.name + ", down"); !found.empty()) return found;
    if (one.end != other.end) return fmt::format("{}: on sockets {}, virtual {}\n", one.name, one.end, other.end);
  }
  return {};
}

}  // namespace fleetsim::sim::test
