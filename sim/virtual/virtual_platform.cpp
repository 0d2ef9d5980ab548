#include "sim/virtual/virtual_platform.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/virtual/virtual_world.hpp"

namespace fleetsim::sim {

using platform::CloseMode;
using platform::ConnectionId;

namespace {

constexpr std::uint8_t way_down = 1;

}  // namespace

VirtualPlatform::VirtualPlatform(platform::PlatformConfig config, const platform::Ports& ports, VirtualWorld& world,
                                 RunPlatform::EventSink on_event, platform::DurableState* store)
    : world_(world),
      wire_(world.wire()),
      config_(std::move(config)),
      ports_(ports),
      store_(store),
      output_bytes_max_(config_.limits.output_bytes_per_connection),
      ca_pem_(world.tls() == nullptr ? std::string() : world.tls()->ca_pem()),
      advertised_(wire_.endpoints->advertised()),
      hosts_(wire_.endpoints->names().hosts_map()),
      on_event_(std::move(on_event)),
      inbox_(world.window()),
      outboxes_(wire_.shards) {
  problem_ = start_core();
}

VirtualPlatform::~VirtualPlatform() = default;

void VirtualPlatform::call(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) {
  now_ = world_.now();
  work(*platform_, *this, now_);
  settle();
}

Instant VirtualPlatform::next_event() const {
  Instant at = std::min(due(), arrival_at());
  if (const std::int64_t window = inbox_.first(); window != Inbox::nothing && window != open_window_)
    at = std::min(at, Instant{Duration{window * world_.window().count()}});
  return at;
}

void VirtualPlatform::open_window(std::int64_t window) {
  if (open_window_ == window) return;
  if (open_window_ != Inbox::nothing) inbox_.shut(open_window_);
  open_window_ = window;
  arrivals_ = inbox_.open(window);
  next_arrival_ = 0;
}

void VirtualPlatform::run(std::int64_t window, Instant until) {
  open_window(window);
  for (;;) {
    const Instant deadline = due();
    const Instant message = arrival_at();
    // A deadline may have been missed while nothing went on here: it is met now, never in the past.
    const Instant at = std::max(std::min(deadline, message), now_);
    if (at >= until) return;
    now_ = at;
    if (deadline <= message) {
      end_prologues();
      if (platform_->next_deadline() <= now_) platform_->advance(now_, *this);
    } else {
      prefetch();
      const Arrival& arrival = arrivals_[next_arrival_++];
      const Message head = inbox_.message(arrival);
      taken_from_ = head.device;
      take(head, inbox_.bytes(arrival, head));
      taken_from_ = none;
    }
    settle();
  }
}

/// Links lie far apart: the memory of those to come is asked for while this one has its turn.
void VirtualPlatform::prefetch() const {
  constexpr std::size_t known_ahead = 18;
  constexpr std::size_t record_ahead = 12;
  constexpr std::size_t ends_ahead = 9;
  constexpr std::size_t slot_ahead = 6;
  constexpr std::size_t core_ahead = 3;
  const platform::Registry& registry = platform_->registry();
  const auto known = [&](std::size_t ahead) -> const Known* {
    return next_arrival_ + ahead < arrivals_.size() ? &known_[arrivals_[next_arrival_ + ahead].device] : nullptr;
  };
  __builtin_prefetch(known(known_ahead));
  if (const Known* const at = known(record_ahead); at != nullptr && at->registry_index != none)
    registry.prefetch_record(platform::DeviceIndex{at->registry_index});
  if (const Known* const at = known(ends_ahead)) {
    if (at->registry_index != none) registry.prefetch_slot(platform::DeviceIndex{at->registry_index});
    for (const std::uint32_t end : at->heads)
      if (end != none) __builtin_prefetch(&ends_[end]);
  }
  if (const Known* const at = known(slot_ahead)) {
    for (const std::uint32_t end : at->heads)
      if (end != none && ends_[end].core_is_open) platform_->prefetch_slot(ends_[end].core);
  }
  if (const Known* const at = known(core_ahead)) {
    for (const std::uint32_t end : at->heads)
      if (end != none && ends_[end].core_is_open) platform_->prefetch(ends_[end].core);
  }
}

void VirtualPlatform::take(const Message& message, ByteView bytes) {
  if (message.kind == MessageKind::open) return open(message, bytes);
  const std::uint32_t end = find(message);
  if (end == none) return;  // it was reset from here
  switch (message.kind) {
    case MessageKind::bytes:
      if (ends_[end].speaks_tls) return take_ciphertext(end, bytes);
      tell(ends_[end], now_, WireKind::bytes, Direction::up, bytes);
      if (ends_[end].is_refused) return drop(end, MessageKind::reset);
      if (ends_[end].core_is_open) platform_->received(ends_[end].core, bytes, now_, *this);
      break;
    case MessageKind::finish:
    case MessageKind::reset: {
      tell(ends_[end], now_, message.kind == MessageKind::finish ? WireKind::finished : WireKind::reset, Direction::up, {});
      const bool was_open = std::exchange(ends_[end].core_is_open, false);
      if (was_open) platform_->closed(ends_[end].core, now_, *this);
      flush();
      free(end);
      break;
    }
    case MessageKind::severed:
      ends_[end].is_severed = true;
      if (!ends_[end].core_is_open) free(end);  // only the device's end was waited for
      break;
    case MessageKind::open:
    case MessageKind::opened:
    case MessageKind::refused:
      break;
  }
}

void VirtualPlatform::open(const Message& message, ByteView bytes) {
  OpenRequest request;
  std::memcpy(static_cast<void*>(&request), bytes.data(), sizeof request);
  const std::uint32_t number = make();
  FarEnd& end = ends_[number];
  end.device = message.device;
  end.connection = message.connection;
  end.leg = message.leg;
  end.endpoint = request.endpoint;
  end.core_is_open = false;
  end.is_refused = false;
  end.speaks_tls = false;
  end.is_severed = false;
  end.is_unknown = false;
  end.timing = LinkTiming{};
  end.timing.latency_us = request.latency_us;
  end.timing.is_secure = request.is_secure;
  end.timing.route = request.route;
  end.timing.random =
      RandomStream(link_seed(wire_.seed, request.who, static_cast<std::uint8_t>(message.leg), message.connection, way_down));
  std::uint32_t& head = head_of(message.device, message.leg);
  end.next = head;
  head = number;
  opener_ = &request.peer;
  tell(end, now_, WireKind::opening, Direction::up, {});
  opener_ = nullptr;
  if (is_down_) return drop(number, MessageKind::reset);  // nobody listens

  const VirtualEndpoint& endpoint = wire_.endpoints->all()[request.endpoint];
  end.is_refused = !(request.is_secure ? endpoint.tls : endpoint.plain);
  Duration handshake{0};
  if (request.is_secure && world_.tls() != nullptr) {
    end.timing.is_secure = false;
    end.speaks_tls = !end.is_refused;
    if (tls_.size() < ends_.size()) tls_.resize(ends_.size());
    tls_[number].peer = request.peer;
    tls_[number].session = end.timing.random.next();
    begin_prologue(number);
    return put(number, MessageKind::opened, {});  // the core hears of it when the handshake is over
  }
  if (request.is_secure) {
    platform::misbehaviour::TlsHandshake said;
    if (endpoint.kind != VirtualEndpoint::Kind::management)
      said = platform_->tls_handshake(endpoint.name, endpoint.region, request.peer, now_, *this);
    if (said.conduct == platform::HandshakeConduct::silent) return begin_prologue(number);
    if (!said.is_right()) {
      put(number, MessageKind::refused, {}, Duration{2 * std::int64_t{request.latency_us}});
      free(number);
      return;
    }
    handshake = Duration{std::int64_t{2} * tls_round_trips * request.latency_us};
    if (const std::uint64_t rate = line_of(end).bytes_per_second; rate > 0)
      handshake += end.timing.line_time(rate, tls_handshake_bytes_up) + end.timing.line_time(rate, tls_handshake_bytes_down);
  }
  put(number, MessageKind::opened, {}, handshake);
  if (end.is_refused) return begin_prologue(number);
  accepting_ = number;
  const ConnectionId core = accept(endpoint, {.address = request.peer, .tls = request.is_secure});
  accepting_ = none;
  bind(number, core);
}

ConnectionId VirtualPlatform::accept(const VirtualEndpoint& endpoint, const platform::PeerInfo& peer) {
  switch (endpoint.kind) {
    case VirtualEndpoint::Kind::bootstrap:
      return platform_->accept_bootstrap(peer, now_, *this);
    case VirtualEndpoint::Kind::instance:
      return platform_->accept_mqtt(platform::InstanceIndex{endpoint.instance}, peer, now_, *this);
    case VirtualEndpoint::Kind::management:
      return platform_->accept_management(peer, now_, *this);
  }
  return {};
}

void VirtualPlatform::bind(std::uint32_t number, ConnectionId core) {
  FarEnd& end = ends_[number];
  end.core = core;
  end.is_unknown = false;
  if (end.device == none) return;  // refused while it was being accepted
  end.core_is_open = true;
  if (by_slot_.size() <= core.slot) by_slot_.resize(std::size_t{core.slot} + 1, none);
  by_slot_[core.slot] = number;
}

std::uint32_t VirtualPlatform::end_of(ConnectionId connection) const {
  if (accepting_ != none) {
    const std::uint32_t known = connection.slot < by_slot_.size() ? by_slot_[connection.slot] : none;
    if (known == none || ends_[known].core != connection) return accepting_;
    return known;
  }
  if (connection.slot >= by_slot_.size()) return none;
  const std::uint32_t number = by_slot_[connection.slot];
  return number != none && ends_[number].core == connection && ends_[number].core_is_open ? number : none;
}

std::uint32_t VirtualPlatform::find(const Message& message) {
  for (std::uint32_t number = head_of(message.device, message.leg); number != none; number = ends_[number].next)
    if (ends_[number].connection == message.connection) return number;
  return none;
}

std::uint32_t VirtualPlatform::make() {
  if (free_.empty()) {
    ends_.emplace_back();
    return static_cast<std::uint32_t>(ends_.size() - 1);
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  return number;
}

void VirtualPlatform::free(std::uint32_t number) {
  FarEnd& end = ends_[number];
  std::uint32_t* at = &head_of(end.device, end.leg);
  while (*at != number) at = &ends_[*at].next;
  *at = end.next;
  if (batch_end_ == number) batch_.clear();
  if (std::exchange(end.speaks_tls, false)) tls_[number].engine.reset();
  end.device = none;
  end.core_is_open = false;
  free_.push_back(number);
}

void VirtualPlatform::put(std::uint32_t number, MessageKind kind, ByteView bytes, Duration more) {
  FarEnd& end = ends_[number];
  if (end.is_severed) return;
  Message message;
  message.at = end.timing.arrival(line_of(end), bytes.size(), now_, more);
  message.device = end.device;
  message.connection = end.connection;
  message.kind = kind;
  message.leg = end.leg;
  if (kind == MessageKind::refused) message.end = end.is_unknown ? device::LinkEnd::reset : device::LinkEnd::tls_failed;
  outboxes_[wire_.shard_of(end.device)].append(message, bytes);
}

void VirtualPlatform::send(ConnectionId connection, ByteView bytes) {
  if (probe_ != nullptr && (probe_->is_accepting || probe_->core == connection)) {
    probe_->said.insert(probe_->said.end(), bytes.begin(), bytes.end());
    return;
  }
  if (is_down_) return;
  const std::uint32_t number = end_of(connection);
  if (number == none || bytes.empty()) return;
  if (batch_end_ != number) flush();
  batch_end_ = number;
  batch_.insert(batch_.end(), bytes.begin(), bytes.end());
}

void VirtualPlatform::flush() {
  if (batch_.empty()) return;
  const std::uint32_t number = batch_end_;
  tell(ends_[number], now_, WireKind::bytes, Direction::down, batch_);
  if (ends_[number].speaks_tls) {
    tls_[number].engine->write(batch_);
    send_ciphertext(number);
  } else {
    put(number, MessageKind::bytes, batch_);
  }
  batch_.clear();
  if (ends_[number].timing.waiting(line_of(ends_[number]), now_) > output_bytes_max_) overfull_.push_back(number);
}

/// The end of a step. Whoever reads too slowly is cut off, as a server does it.
void VirtualPlatform::settle() {
  flush();
  for (std::size_t i = 0; i < overfull_.size(); ++i) {
    const std::uint32_t number = overfull_[i];
    if (!std::exchange(ends_[number].core_is_open, false)) continue;
    platform_->limits_reached().reached(platform::LimitKind::output_bytes_per_connection);
    platform_->closed(ends_[number].core, now_, *this);
    drop(number, MessageKind::reset);
    flush();
  }
  overfull_.clear();
  // All that goes out leaves with the window: it is kept before.
  if (store_ == nullptr || !store_->unsaved()) return;
  if (const auto problem = store_->commit()) {
    problem_ = problem->what;
    is_down_ = true;  // it would say what it does not keep
  }
}

void VirtualPlatform::close(ConnectionId connection, CloseMode mode) {
  if (probe_ != nullptr && (probe_->is_accepting || probe_->core == connection)) {
    probe_->is_closed = true;
    return;
  }
  if (is_down_) return;
  const std::uint32_t number = end_of(connection);
  if (number == none) return;
  flush();
  if (ends_[number].device == none) return;
  ends_[number].core_is_open = false;
  if (mode == CloseMode::abort) return drop(number, MessageKind::reset);
  if (ends_[number].speaks_tls) close_tls(number);
  tell(ends_[number], now_, WireKind::finished, Direction::down, {});
  put(number, MessageKind::finish, {});
  if (ends_[number].is_severed) free(number);  // else when the device has closed too
}

/// The far end is gone here and now; the device learns of it.
void VirtualPlatform::drop(std::uint32_t number, MessageKind last) {
  tell(ends_[number], now_, WireKind::reset, Direction::down, {});
  put(number, last, {});
  free(number);
}

void VirtualPlatform::event(const platform::PlatformEvent& event) {
  const bool is_its_own =
      event.kind == platform::PlatformEventKind::bootstrap_answered || event.kind == platform::PlatformEventKind::device_connected;
  if (is_its_own && taken_from_ != none && event.device != platform::PlatformEvent::no_device)
    known_[taken_from_].registry_index = event.device;
  if (on_event_) on_event_(event, now_);
  if (tap_ != nullptr) tap_->on_platform_event(event, now_);
}

std::optional<std::uint8_t> VirtualPlatform::probe(std::uint16_t instance, const platform::PeerInfo& peer, ByteView connect) {
  now_ = world_.now();
  Probe asked;
  probe_ = &asked;
  asked.is_accepting = true;
  asked.core = platform_->accept_mqtt(platform::InstanceIndex{instance}, peer, now_, *this);
  asked.is_accepting = false;
  platform_->received(asked.core, connect, now_, *this);
  if (!asked.is_closed) platform_->closed(asked.core, now_, *this);
  probe_ = nullptr;
  settle();
  // MQTT 3.1.1 §3.2: CONNACK, remaining length 2, flags, return code.
  if (asked.said.size() < 4 || asked.said[0] != 0x20) return std::nullopt;
  return asked.said[3];
}

void VirtualPlatform::tell(const FarEnd& end, Instant at, WireKind kind, Direction direction, ByteView bytes, device::LinkEnd why) {
  if (tap_ == nullptr) return;
  const VirtualEndpoint& endpoint = wire_.endpoints->all()[end.endpoint];
  WireEvent event;
  event.at = at;
  name_link(event, end.device, end.leg, end.connection, endpoint);
  event.teller = WireEnd::platform;
  event.kind = kind;
  event.direction = direction;
  event.end = why;
  // The roster is far away in memory: whoever opens a link has said so, the others are named when somebody listens who wants it.
  if (opener_ != nullptr) {
    event.device_address = *opener_;
  } else if (world_.has_wire_listener()) {
    event.device_address = world_.address_of(end.device);
  }
  event.bytes = bytes;
  tap_->on_wire(event);
}

}  // namespace fleetsim::sim
