#include "sim/conformance/duts/socket_stage.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace fleetsim::sim {
namespace {

constexpr int deadlines_per_turn = 1000;
constexpr int polls_per_turn = 100;                 // of a device that never stops speaking: others have deadlines, too
constexpr std::chrono::seconds finish_patience{5};  // with a device that does not end its link after the platform has

}  // namespace

Result<std::unique_ptr<SocketStage>, std::string> SocketStage::open(Settings settings) {
  auto sockets = ListeningSockets::listen_at(settings.places, settings.listening);
  if (!sockets) return fail(sockets.error());
  auto poller = Poller::make();
  if (!poller) return fail(std::string("no descriptor is left for an event loop: raise the limit (ulimit -n)"));
  const platform::Ports ports = settings.ports;
  std::unique_ptr<SocketStage> stage(new SocketStage(std::move(settings), std::move(*sockets), std::move(*poller)));
  stage->platform_ = std::make_unique<platform::Platform>(stage->config_, ports);
  if (std::string wrong = stage->start(); !wrong.empty()) return fail(std::move(wrong));
  return stage;
}

SocketStage::SocketStage(Settings settings, ListeningSockets sockets, Poller poller)
    : config_(std::move(settings.config)),
      clock_(settings.clock),
      tls_(settings.tls),
      bootstrap_tls_(settings.bootstrap_tls),
      mqtt_tls_(settings.mqtt_tls),
      places_(std::move(settings.places)),
      on_event_(std::move(settings.on_event)),
      sockets_(std::move(sockets)),
      poller_(std::move(poller)),
      names_(config_, bound_addresses(places_)) {}

SocketStage::~SocketStage() {
  for (const auto& link : links_)
    if (link->fd >= 0) ::close(link->fd);
}

std::string SocketStage::start() {
  if (!names_.conflict().empty()) return names_.conflict();
  hosts_ = names_.hosts_map();
  const auto add = [&](std::string name, const IpAddress& address, std::uint16_t port, std::string host) {
    const bool is_tls = is_secure(endpoints_.size());
    endpoints_.push_back({.name = std::move(name),
                          .address = address_words(address),
                          .port = port,
                          .advertised_host = std::move(host),
                          .plain = !is_tls,
                          .tls = is_tls});
  };
  add("bootstrap", places_.bootstrap, sockets_.ports().bootstrap, names_.bootstrap_host());
  for (std::size_t i = 0; i < config_.instances.size(); ++i)
    add(std::string(config_.instances[i].id.view()), places_.stations[i], sockets_.ports().stations[i], names_.instance_host(i));
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  platform_->set_unix_epoch_ms(std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
  for (std::size_t i = 0; i < config_.instances.size(); ++i)
    platform_->advertise(platform::InstanceIndex{static_cast<std::uint32_t>(i)},
                         {.host = names_.instance_host(i), .port = sockets_.ports().stations[i]});
  if (places_.has_files)
    platform_->advertise_management(
        {.host = names_.management_host(), .port = sockets_.ports().files, .plain = !bootstrap_tls_, .tls = bootstrap_tls_});
  for (const int listener : sockets_.descriptors())
    if (!poller_.add(listener, static_cast<std::uint64_t>(listener))) return "the system watches no more sockets";
  return {};
}

void SocketStage::use(const FaultSet& faults, const FaultSet& foreseen, SideTap& tap) {
  faults_ = &faults;
  foreseen_ = &foreseen;
  tap_ = &tap;
}

void SocketStage::faults_changed() {
  for (const auto& link : links_)
    if (link->is_heard()) link->ending = faults_->ending(link->place);
  tend_doors();
}

void SocketStage::call(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) {
  now_ = clock_.now();
  work(*platform_, *this, now_);
  settle();
}

std::string SocketStage::flood() const {
  if (links_seen_ > links_max) return fmt::format("more than {} links", links_max);
  if (bytes_heard_ > bytes_max) return fmt::format("more than {} MiB", bytes_max >> 20U);
  return {};
}

Instant SocketStage::next_deadline() const {
  Instant at = platform_->next_deadline();
  for (const auto& link : links_) {
    at = std::min({at, link->opens_at, link->gone_at, link->down.next()});
    if (link->in_pieces && !link->output.empty()) at = std::min(at, link->piece_at);
    if (link->is_heard()) at = std::min({at, link->ending.at, link->up.next()});
  }
  return at;
}

void SocketStage::serve() {
  now_ = clock_.now();
  tend_doors();
  for (int i = 0; i < polls_per_turn && flood().empty(); ++i) {
    const std::span<const PollEvent> events = poller_.poll();
    if (events.empty()) break;
    now_ = clock_.now();  // a device may answer within a turn: what it says then comes later
    for (const PollEvent& event : events) take_event(event);
  }
  for (int i = 0; i < deadlines_per_turn && platform_->next_deadline() <= now_; ++i) {
    platform_->advance(now_, *this);
    settle();
  }
  for (std::size_t i = 0; i < links_.size(); ++i) serve_link(*links_[i]);
  std::erase_if(links_, [](const auto& link) { return link->state == SocketLink::State::gone; });
}

void SocketStage::sever_all() {
  for (const auto& link : links_) {
    if (link->fd >= 0) ::close(std::exchange(link->fd, -1));
    const bool is_known = link->state == SocketLink::State::open && link->core_is_open;
    link->state = is_known ? SocketLink::State::severed : SocketLink::State::gone;
    link->opens_at = link->gone_at = kNever;
    link->up = FaultyLane{Direction::up};
    link->down = FaultyLane{Direction::down};
  }
}

std::string_view SocketStage::region_of(std::size_t endpoint) const {
  return is_station(endpoint) ? config_.instances[endpoint - 1].region.view() : std::string_view{};
}

SocketLink* SocketStage::link_of(platform::ConnectionId connection) {
  const auto found =
      std::find_if(links_.begin(), links_.end(), [&](const auto& link) { return link->core_is_open && link->core == connection; });
  return found != links_.end() ? found->get() : accepting_;
}

void SocketStage::establish(SocketLink& link) {
  link.opens_at = kNever;
  if (!is_secure(link.endpoint)) return open_core(link);
  platform::misbehaviour::TlsHandshake handshake;
  if (!is_file_server(link.endpoint))
    handshake = platform_->tls_handshake(endpoints_[link.endpoint].name, region_of(link.endpoint), link.address, now_, *this);
  link.state = SocketLink::State::handshaking;
  link.in_pieces = handshake.conduct == platform::HandshakeConduct::in_pieces;
  link.tls = tls_->accept(handshake);
  if (!link.tls) {
    tell(link, WireKind::failed, Direction::down, {}, device::LinkEnd::tls_failed);
    drop(link, SocketEnd::reset);
  }
}

void SocketStage::open_core(SocketLink& link) {
  link.state = SocketLink::State::open;
  const platform::PeerInfo peer{.address = link.address, .tls = link.tls != nullptr};
  accepting_ = &link;
  link.core_is_open = true;
  link.core = is_file_server(link.endpoint) ? platform_->accept_management(peer, now_, *this)
              : link.endpoint == 0
                  ? platform_->accept_bootstrap(peer, now_, *this)
                  : platform_->accept_mqtt(platform::InstanceIndex{static_cast<std::uint32_t>(link.endpoint - 1)}, peer, now_, *this);
  accepting_ = nullptr;
  settle();
}

void SocketStage::hear(SocketLink& link, ByteView bytes) {
  if (link.tls) return hear_ciphertext(link, bytes);
  tell(link, WireKind::bytes, Direction::up, bytes);
  if (link.core_is_open) platform_->received(link.core, bytes, now_, *this);
  settle();
}

void SocketStage::hear_ciphertext(SocketLink& link, ByteView bytes) {
  WireEvent event = head_of(link);
  event.kind = WireKind::bytes;
  event.direction = Direction::up;
  event.bytes = bytes;
  tap_->on_ciphertext(event);
  if (link.tls->state() == TlsEngine::State::failed) return;
  link.tls->receive(bytes);
  put_ciphertext(link);
  if (link.state == SocketLink::State::handshaking && link.tls->state() == TlsEngine::State::open) open_core(link);
  std::array<std::uint8_t, tls_room_bytes> plaintext{};
  while (link.state == SocketLink::State::open && link.core_is_open) {
    const std::size_t got = link.tls->read(plaintext);
    if (got == 0) break;
    tell(link, WireKind::bytes, Direction::up, ByteView(plaintext).first(got));
    platform_->received(link.core, ByteView(plaintext).first(got), now_, *this);
    settle();
  }
  if (!link.is_heard() || link.state == SocketLink::State::finishing || link.tls->state() != TlsEngine::State::failed) return;
  // The alert goes out first, then the end.
  close_core(link);
  tell(link, WireKind::finished, Direction::down);
  link.state = SocketLink::State::finishing;
  link.gone_at = now_ + finish_patience;
  link.down.finish(now_, asked(link));
}

void SocketStage::send(platform::ConnectionId connection, ByteView bytes) {
  SocketLink* const link = link_of(connection);
  if (link != nullptr) link->batch.insert(link->batch.end(), bytes.begin(), bytes.end());
}

void SocketStage::close(platform::ConnectionId connection, platform::CloseMode mode) {
  SocketLink* const link = link_of(connection);
  if (link == nullptr || !link->core_is_open) return;
  say(*link);
  link->core_is_open = false;
  if (mode == platform::CloseMode::abort) {
    tell(*link, WireKind::reset, Direction::down);
    return drop(*link, SocketEnd::reset);
  }
  if (link->tls) {
    link->tls->close();
    put_ciphertext(*link);
  }
  tell(*link, WireKind::finished, Direction::down);
  if (link->state == SocketLink::State::severed) return drop(*link, SocketEnd::orderly);
  link->state = SocketLink::State::finishing;
  link->gone_at = now_ + finish_patience;
  link->down.finish(now_, asked(*link));
}

void SocketStage::event(const platform::PlatformEvent& event) {
  if (on_event_) on_event_(event, now_);
  if (tap_ != nullptr) tap_->on_platform_event(event, now_);
}

/// What the core has said on a link in this step goes out as one.
void SocketStage::say(SocketLink& link) {
  if (link.batch.empty()) return;
  const std::vector<std::uint8_t> bytes = std::exchange(link.batch, {});
  tell(link, WireKind::bytes, Direction::down, bytes);
  if (link.state == SocketLink::State::severed) return;
  if (!link.tls) return link.down.put(bytes, now_, asked(link));
  link.tls->write(bytes);
  put_ciphertext(link);
}

void SocketStage::put_ciphertext(SocketLink& link) {
  std::array<std::uint8_t, tls_room_bytes> ciphertext{};
  for (std::size_t got = link.tls->take(ciphertext); got > 0; got = link.tls->take(ciphertext)) {
    const ByteView bytes = ByteView(ciphertext).first(got);
    WireEvent event = head_of(link);
    event.kind = WireKind::bytes;
    event.direction = Direction::down;
    event.bytes = bytes;
    tap_->on_ciphertext(event);
    link.down.put(bytes, now_, asked(link));
  }
}

void SocketStage::close_core(SocketLink& link) {
  if (!std::exchange(link.core_is_open, false)) return;
  platform_->closed(link.core, now_, *this);
  settle();
}

/// The end of a step.
void SocketStage::settle() {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    SocketLink& link = *links_[i];
    if (link.state == SocketLink::State::gone) continue;
    say(link);
    if (link.down.next() <= now_) carry_down(link);
  }
}

WireEvent SocketStage::head_of(const SocketLink& link) const {
  WireEvent event;
  event.at = now_;
  event.connection = link.place.connection;
  event.leg = link.place.leg;
  event.teller = WireEnd::platform;
  event.endpoint = is_station(link.endpoint) ? static_cast<std::uint16_t>(link.endpoint - 1) : wire_bootstrap;
  event.device_port = link.port;
  event.device_address = link.address;
  event.platform_port = is_file_server(link.endpoint) ? sockets_.ports().files : endpoints_[link.endpoint].port;
  event.platform_address = is_station(link.endpoint) ? places_.stations[link.endpoint - 1] : places_.bootstrap;
  return event;
}

void SocketStage::tell(const SocketLink& link, WireKind kind, Direction direction, ByteView bytes, device::LinkEnd end) {
  WireEvent event = head_of(link);
  event.kind = kind;
  event.direction = direction;
  event.end = end;
  event.bytes = bytes;
  tap_->on_wire(event);
}

}  // namespace fleetsim::sim
