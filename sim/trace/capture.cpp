#include "sim/trace/capture.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/trace/capture_link.hpp"
#include "sim/trace/conversation.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint32_t pcap_magic_microseconds = 0xa1b2c3d4;
constexpr std::uint32_t snapshot_bytes = 262'144;
constexpr std::uint32_t link_type_raw = 101;  // an IP packet, without a link's header

/// Little-endian, as the magic number tells whoever reads it.
void put_little(std::vector<std::uint8_t>& out, std::uint32_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// --- what happened on one link, as it passed beside the device ---------------------------------------------------------------------

enum class Happening : std::uint8_t { opening, opened, failed, sent, arrived, finished, finish_arrived, reset };

struct Moment {
  Instant at{};
  Happening what{};
  Direction direction{};
  ByteRange bytes{};  // of the direction's stream
};

/// The same bytes with stars where secrets are.
std::vector<std::uint8_t> starred(const OneWay& way) {
  std::vector<std::uint8_t> bytes = way.best().bytes;
  for (const DecodedMessage& message : way.messages) overwrite_secrets(bytes, message.secrets);
  return bytes;
}

/// What one link did, as it passed beside the device; beside the platform, when the device told nothing. At one moment: what comes down,
/// then what the device makes of it.
class Moments {
 public:
  explicit Moments(const Conversation& link)
      : vantage_(is_told_by_device(link) ? WireEnd::device : WireEnd::platform), device_heard_end_(link.down.finished.device) {
    add(link.opening, Happening::opening, Direction::up);
    add(link.opened, Happening::opened, Direction::down);
    add(link.failed, Happening::failed, Direction::down);
    for (const Direction direction : {Direction::down, Direction::up}) add_way(link.way(direction), direction);
    add(link.down.reset, Happening::reset, Direction::down);
    add(link.up.reset, Happening::reset, Direction::up);
    std::stable_sort(moments_.begin(), moments_.end(), [](const Moment& a, const Moment& b) { return a.at < b.at; });
  }

  const std::vector<Moment>& all() const { return moments_; }

 private:
  static bool is_told_by_device(const Conversation& link) {
    return link.opening.device || !link.up.sent.marks.empty() || !link.down.received.marks.empty();
  }

  void add(const TwoMoments& at, Happening what, Direction direction) {
    if (const auto seen = at.of(vantage_)) moments_.push_back({*seen, what, direction, {}});
  }

  void add_way(const OneWay& way, Direction direction) {
    const WireEnd receiver = direction == Direction::up ? WireEnd::platform : WireEnd::device;
    const ToldStream& seen = vantage_ == receiver ? way.received : way.sent;
    std::size_t from = 0;
    for (const ToldStream::Mark& mark : seen.marks) {
      moments_.push_back({mark.at, Happening::sent, direction, {from, mark.end}});
      from = mark.end;
    }
    for (const ToldStream::Mark& mark : way.received.marks) moments_.push_back({mark.at, Happening::arrived, direction, {0, mark.end}});
    TwoMoments finished = way.finished;
    // A device that hears of the end ends its own direction then and there, and may not say so.
    if (direction == Direction::up && !finished.device && finished.platform) finished.device = device_heard_end_;
    add(finished, Happening::finished, direction);
    if (const auto taken = finished.of(receiver)) moments_.push_back({*taken, Happening::finish_arrived, direction, {}});
  }

  WireEnd vantage_;
  std::optional<Instant> device_heard_end_;
  std::vector<Moment> moments_;
};

void fail_link(CaptureLink& link, device::LinkEnd end, Instant at) {
  switch (end) {
    case device::LinkEnd::refused:
    case device::LinkEnd::reset:
      return link.refused(at);
    case device::LinkEnd::tls_failed:
    case device::LinkEnd::closed_by_peer:
      link.opened(at);
      return link.resets(end == device::LinkEnd::tls_failed ? Direction::up : Direction::down, at);
    case device::LinkEnd::closed_by_us:
    case device::LinkEnd::unreachable:
    case device::LinkEnd::dns_failed:
    case device::LinkEnd::no_resources:
      return;  // the SYN, if there was one, stays without an answer
  }
}

bool is_visible(const Conversation& conversation) {
  if (conversation.is_kept_back && conversation.end == device::LinkEnd::tls_failed) return false;  // there was no session to open it for
  const bool sends_nothing =
      conversation.failed.known() && (conversation.end == device::LinkEnd::dns_failed || conversation.end == device::LinkEnd::no_resources);
  return !sends_nothing;
}

void capture_link(const Conversation& conversation, std::uint32_t first_sequence, Instant until, std::vector<CapturedPacket>& packets) {
  CaptureLink link({conversation.place.device_address, conversation.place.device_port},
                   {conversation.place.platform_address, conversation.place.platform_port}, first_sequence, packets);
  const std::vector<std::uint8_t> up = starred(conversation.up);
  const std::vector<std::uint8_t> down = starred(conversation.down);
  const Moments moments(conversation);
  for (const Moment& moment : moments.all()) {
    if (moment.at > until) return;
    const ByteView stream = moment.direction == Direction::up ? up : down;
    const std::size_t end = std::min(moment.bytes.end, stream.size());
    switch (moment.what) {
      case Happening::opening:
        link.open(moment.at);
        break;
      case Happening::opened:
        link.opened(moment.at);
        break;
      case Happening::failed:
        fail_link(link, conversation.end, moment.at);
        break;
      case Happening::sent:
        link.sends(moment.direction, stream.subspan(moment.bytes.begin, end - moment.bytes.begin), moment.at);
        break;
      case Happening::arrived:
        link.takes(moment.direction, end, moment.at);
        break;
      case Happening::finished:
        link.finishes(moment.direction, moment.at);
        break;
      case Happening::finish_arrived:
        link.takes_finish(moment.direction, moment.at);
        break;
      case Happening::reset:
        link.resets(moment.direction, moment.at);
        break;
    }
  }
}

}  // namespace

std::vector<std::uint8_t> capture_of(const Recording& recording, Instant until) {
  std::vector<CapturedPacket> packets;
  std::uint32_t number = 0;
  for (const Conversation& conversation : conversations_of(recording))
    if (is_visible(conversation)) capture_link(conversation, ++number * 1'000'003U, until, packets);
  std::stable_sort(packets.begin(), packets.end(), [](const CapturedPacket& a, const CapturedPacket& b) { return a.at < b.at; });

  std::vector<std::uint8_t> out;
  put_little(out, pcap_magic_microseconds, 4);
  put_little(out, 2, 2);  // version 2.4
  put_little(out, 4, 2);
  put_little(out, 0, 4);  // the zone's offset and the accuracy, which nobody fills in
  put_little(out, 0, 4);
  put_little(out, snapshot_bytes, 4);
  put_little(out, link_type_raw, 4);
  for (const CapturedPacket& packet : packets) {
    const std::int64_t us = packet.at.time_since_epoch().count();
    const auto size = static_cast<std::uint32_t>(packet.bytes.size());
    put_little(out, static_cast<std::uint32_t>(us / 1'000'000), 4);
    put_little(out, static_cast<std::uint32_t>(us % 1'000'000), 4);
    put_little(out, size, 4);
    put_little(out, size, 4);
    out.insert(out.end(), packet.bytes.begin(), packet.bytes.end());
  }
  return out;
}

}  // namespace fleetsim::sim
