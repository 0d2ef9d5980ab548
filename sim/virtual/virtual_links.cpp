#include "sim/virtual/virtual_links.hpp"

#include <cstring>
#include <utility>

namespace fleetsim::sim {

using device::LinkEnd;

namespace {

constexpr std::uint8_t way_up = 0;

ByteView as_bytes(const OpenRequest& request) { return {reinterpret_cast<const std::uint8_t*>(&request), sizeof request}; }

}  // namespace

void VirtualLinks::add_device(std::uint32_t device, const IpAddress& address) {
  DeviceEnd& end = sides_.emplace_back();
  end.device = device;
  end.address = address;
}

Message VirtualLinks::head(LinkKey key, MessageKind kind, Instant at) const {
  const DeviceEnd& end = sides_[key.slot];
  Message message;
  message.at = at;
  message.device = end.device;
  message.connection = end.links[static_cast<std::size_t>(key.leg)].connection;
  message.kind = kind;
  message.leg = key.leg;
  return message;
}

void VirtualLinks::open(LinkKey key, LinkTarget target, Instant now) {
  now_ = now;
  Link& link = owner_.link(key);
  DeviceEnd& device = sides_[key.slot];
  Side& side = device.links[static_cast<std::size_t>(key.leg)];
  ++link.generation;
  link.began_at = now;
  link.handle = 0;
  link.state = LinkState::connecting;
  ++side.connection;
  side.timing = LinkTiming{};
  side.seal = target.is_sealed ? Seal::handshake : Seal::none;
  side.timing.is_secure = target.is_secure && !target.is_sealed;  // what is carried out need not be reckoned
  side.timing.random = RandomStream(link_seed(wire_.seed, target.place.who, static_cast<std::uint8_t>(key.leg), side.connection, way_up));
  const VirtualEndpoint* const endpoint = wire_.endpoints->find(target.address, target.port);
  if (endpoint != nullptr) side.timing.route = wire_.routes->route_of(device.device, wire_.endpoints->number_of(*endpoint));
  side.timing.latency_us = draw_latency(line_of(side).latency, side.timing.random);
  const Duration round_trip{2 * std::int64_t{side.timing.latency_us}};
  if (endpoint == nullptr) return fail_later(key, LinkEnd::refused, round_trip);
  side.endpoint = wire_.endpoints->number_of(*endpoint);
  tell(key, WireKind::opening, Direction::up, {});
  if (side.timing.is_secure && !endpoint->tls) return fail_later(key, LinkEnd::tls_failed, round_trip * 2);
  OpenRequest request;
  std::memset(static_cast<void*>(&request), 0, sizeof request);  // what lies between its members travels too
  request = {.peer = target.proxy_source.value_or(device.address),
             .who = target.place.who,
             .latency_us = side.timing.latency_us,
             .endpoint = side.endpoint,
             .device_port = device_port_of(static_cast<std::uint8_t>(key.leg), side.connection),
             .is_secure = target.is_secure,
             .route = side.timing.route};
  put(key, MessageKind::open, as_bytes(request));
}

void VirtualLinks::fail_later(LinkKey key, LinkEnd end, Duration after) {
  Message message = head(key, MessageKind::refused, now_ + after);
  message.end = end;
  own_.append(message, {});
}

void VirtualLinks::put(LinkKey key, MessageKind kind, ByteView bytes) {
  Side& to = side(key);
  outbox_.append(head(key, kind, to.timing.arrival(line_of(to), bytes.size(), now_)), bytes);
}

void VirtualLinks::send(LinkKey key, ByteView bytes) {
  if (!batch_.empty() && batch_key_ != key) flush();
  batch_key_ = key;
  batch_.insert(batch_.end(), bytes.begin(), bytes.end());
}

void VirtualLinks::flush() {
  if (batch_.empty()) return;
  const LinkKey key = batch_key_;
  if (owner_.link(key).handle >= 0) {
    if (side(key).seal == Seal::none) tell(key, WireKind::bytes, Direction::up, batch_);
    put(key, MessageKind::bytes, batch_);
    batch_.clear();
    if (side(key).timing.waiting(line_of(side(key)), now_) > waiting_bytes_max) {
      put(key, MessageKind::reset, {});
      end(key, LinkEnd::reset, "the line is too narrow: too much output waits");
    }
  }
  batch_.clear();
}

void VirtualLinks::close(LinkKey key, Instant now) {
  now_ = now;
  flush();
  if (owner_.link(key).handle < 0) return;
  tell_end(key, WireKind::finished, Direction::up);
  put(key, MessageKind::finish, {});
  end(key, LinkEnd::closed_by_us, {});
}

void VirtualLinks::abort(LinkKey key, Abort how) {
  if (batch_key_ == key) batch_.clear();
  if (owner_.link(key).handle < 0) return;
  switch (how) {
    case Abort::orderly:
      tell_end(key, WireKind::finished, Direction::up);
      put(key, MessageKind::finish, {});
      break;
    case Abort::reset:
      tell_end(key, WireKind::reset, Direction::up);
      put(key, MessageKind::reset, {});
      break;
    case Abort::severed:
      put(key, MessageKind::severed, {});  // a word to the simulated network, not to the platform
      break;
  }
  end(key, LinkEnd::closed_by_us, {});
}

void VirtualLinks::end(LinkKey key, LinkEnd end, std::string_view detail) {
  if (batch_key_ == key) batch_.clear();
  release(key);
  owner_.link_closed(key, end, detail);
}

void VirtualLinks::release(LinkKey key) {
  Link& link = owner_.link(key);
  link.handle = -1;
  link.state = LinkState::idle;
}

void VirtualLinks::deliver(std::uint32_t slot, const Message& message, ByteView bytes) {
  const LinkKey key{slot, message.leg};
  Link& link = owner_.link(key);
  const Side& known = side(key);
  if (link.handle < 0 || known.connection != message.connection) return;  // of a link that is gone
  switch (message.kind) {
    case MessageKind::opened:
      opened(key);
      break;
    case MessageKind::refused:
      tell(key, WireKind::failed, Direction::down, {}, message.end);
      end(key, message.end, {});
      break;
    case MessageKind::bytes:
      if (known.seal == Seal::none) tell(key, WireKind::bytes, Direction::down, bytes);
      owner_.link_received(key, bytes);
      break;
    case MessageKind::finish:
      peer_finished(key);
      break;
    case MessageKind::reset:
      tell_end(key, WireKind::reset, Direction::down);
      end(key, link.state == LinkState::connecting ? LinkEnd::refused : LinkEnd::reset, {});
      break;
    case MessageKind::open:
    case MessageKind::severed:
      break;
  }
}

void VirtualLinks::opened(LinkKey key) {
  owner_.link(key).state = LinkState::open;
  if (side(key).seal == Seal::none) tell(key, WireKind::opened, Direction::down, {});
  owner_.link_opened(key);
  flush();
}

void VirtualLinks::peer_finished(LinkKey key) {
  tell_end(key, WireKind::finished, Direction::down);
  put(key, MessageKind::finish, {});
  end(key, LinkEnd::closed_by_peer, {});
}

void VirtualLinks::secured(LinkKey key) {
  side(key).seal = Seal::carrying;
  tell(key, WireKind::opened, Direction::down, {});
}

void VirtualLinks::carried(LinkKey key, Direction direction, ByteView plaintext) { tell(key, WireKind::bytes, direction, plaintext); }

void VirtualLinks::tls_ended(LinkKey key, LinkEnd end) {
  if (end == LinkEnd::closed_by_peer) {
    tell(key, WireKind::finished, Direction::down, {});
  } else if (side(key).seal == Seal::carrying) {
    tell(key, WireKind::finished, Direction::up, {});
  } else {
    tell(key, WireKind::failed, Direction::down, {}, end);
  }
  side(key).seal = Seal::over;
}

void VirtualLinks::tell_end(LinkKey key, WireKind kind, Direction direction) {
  if (side(key).seal != Seal::over) tell(key, kind, direction, {});
}

void VirtualLinks::tell(LinkKey key, WireKind kind, Direction direction, ByteView bytes, LinkEnd end) {
  if (tap_ == nullptr) return;
  const DeviceEnd& device = sides_[key.slot];
  const Side& link = device.links[static_cast<std::size_t>(key.leg)];
  const VirtualEndpoint& endpoint = wire_.endpoints->all()[link.endpoint];
  WireEvent event;
  event.at = now_;
  name_link(event, device.device, key.leg, link.connection, endpoint);
  event.teller = WireEnd::device;
  event.kind = kind;
  event.direction = direction;
  event.end = end;
  event.device_address = device.address;
  event.bytes = bytes;
  tap_->on_wire(event);
}

}  // namespace fleetsim::sim
