#include "sim/world/tapped_links.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

using device::LinkEnd;

void TappedLinks::add_device(std::uint32_t device, const IpAddress& address) {
  std::array<Side, 2>& legs = sides_.emplace_back();
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    legs[leg].head.device = device;
    legs[leg].head.device_address = address;
    legs[leg].head.leg = static_cast<device::Leg>(leg);
  }
}

void TappedLinks::open(LinkKey key, LinkTarget target, Instant now) {
  now_ = now;
  WireEvent& head = side(key).head;
  ++head.connection;
  head.platform_address = target.address;
  head.platform_port = target.port;
  const auto& all = places_.instances;
  const auto found = std::find(all.begin(), all.end(), std::pair{target.address, target.port});
  head.endpoint = found == all.end() ? wire_bootstrap : static_cast<std::uint16_t>(found - all.begin());
  side(key).told = Told::opening;
  tell(key, WireKind::opening, Direction::up);
  carrier_->open(key, std::move(target), now);
}

void TappedLinks::send(LinkKey key, ByteView bytes) {
  if (side(key).told == Told::opened) tell(key, WireKind::bytes, Direction::up, bytes);
  carrier_->send(key, bytes);
}

void TappedLinks::close(LinkKey key, Instant now) {
  now_ = now;
  if (owner_.link(key).handle >= 0 && side(key).told != Told::over) {
    tell(key, WireKind::finished, Direction::up);
    side(key).told = Told::over;
  }
  carrier_->close(key, now);
}

void TappedLinks::abort(LinkKey key, Abort how) {
  if (owner_.link(key).handle >= 0 && side(key).told != Told::over) {
    // Whoever is severed says nothing.
    if (how != Abort::severed) tell(key, how == Abort::reset ? WireKind::reset : WireKind::finished, Direction::up);
    side(key).told = Told::over;
  }
  carrier_->abort(key, how);
}

void TappedLinks::link_opened(LinkKey key) {
  side(key).told = Told::opened;
  tell(key, WireKind::opened, Direction::down);
  owner_.link_opened(key);
}

void TappedLinks::link_received(LinkKey key, ByteView bytes) {
  tell(key, WireKind::bytes, Direction::down, bytes);
  owner_.link_received(key, bytes);
}

void TappedLinks::link_closed(LinkKey key, LinkEnd end, std::string_view detail) {
  const Told told = std::exchange(side(key).told, Told::nothing);
  if (told == Told::opening) {
    tell(key, WireKind::failed, Direction::down, {}, end);
  } else if (told == Told::opened && end == LinkEnd::reset) {
    tell(key, WireKind::reset, Direction::down);
  } else if (told == Told::opened) {
    tell(key, WireKind::finished, end == LinkEnd::tls_failed ? Direction::up : Direction::down);
  }
  owner_.link_closed(key, end, detail);
}

void TappedLinks::tell(LinkKey key, WireKind kind, Direction direction, ByteView bytes, LinkEnd end) {
  WireEvent event = side(key).head;
  event.at = now_;
  event.teller = WireEnd::device;
  event.kind = kind;
  event.direction = direction;
  event.end = end;
  event.bytes = bytes;
  tap_.on_wire(event);
}

}  // namespace fleetsim::sim
