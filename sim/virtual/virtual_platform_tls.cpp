// The platform's ends on which TLS is carried out: what a server does between its sockets and the core.
#include <algorithm>
#include <utility>

#include "sim/virtual/virtual_platform.hpp"
#include "sim/virtual/virtual_world.hpp"

namespace fleetsim::sim {

void VirtualPlatform::take_ciphertext(std::uint32_t number, ByteView ciphertext) {
  tell_ciphertext(ends_[number], Direction::up, ciphertext);
  if (!tls_[number].engine) begin_tls(number);
  TlsEngine* const engine = tls_[number].engine.get();
  if (engine == nullptr) return drop(number, MessageKind::reset);
  if (engine->state() == TlsEngine::State::failed) return;  // its alert is on its way, and nobody listens any more
  const bool was_handshaking = engine->state() == TlsEngine::State::handshaking;
  engine->receive(ciphertext);
  send_ciphertext(number);
  if (was_handshaking && engine->state() == TlsEngine::State::open) tls_opened(number);
  plaintext_.resize(tls_room_bytes);
  while (ends_[number].core_is_open) {
    const std::size_t got = engine->read(plaintext_);
    if (got == 0) break;
    const ByteView plaintext = ByteView(plaintext_).first(got);
    tell(ends_[number], now_, WireKind::bytes, Direction::up, plaintext);
    platform_->received(ends_[number].core, plaintext, now_, *this);
  }
  if (ends_[number].device == none) return;  // it was reset from here, the engine with it
  const bool is_heard = was_handshaking || ends_[number].core_is_open;
  if (is_heard && engine->state() == TlsEngine::State::failed) tls_failed(number);
}

/// Nobody knows yet whose handshake this is: a wrong certificate is chosen by endpoint and share.
void VirtualPlatform::begin_tls(std::uint32_t number) {
  const VirtualEndpoint& endpoint = wire_.endpoints->all()[ends_[number].endpoint];
  platform::misbehaviour::TlsHandshake handshake;
  if (endpoint.kind != VirtualEndpoint::Kind::management)
    handshake = platform_->tls_handshake(endpoint.name, endpoint.region, tls_[number].peer, now_, *this);
  tls_[number].in_pieces = handshake.conduct == platform::HandshakeConduct::in_pieces;
  tls_[number].engine = world_.tls()->accept(handshake, tls_[number].session);
}

void VirtualPlatform::tls_opened(std::uint32_t number) {
  const VirtualEndpoint& endpoint = wire_.endpoints->all()[ends_[number].endpoint];
  accepting_ = number;
  const platform::ConnectionId core = accept(endpoint, {.address = tls_[number].peer, .tls = true});
  accepting_ = none;
  bind(number, core);
}

/// The alert goes out first, then the end.
void VirtualPlatform::tls_failed(std::uint32_t number) {
  FarEnd& end = ends_[number];
  end.is_unknown = false;
  flush();
  send_ciphertext(number);
  report_violation(end, tls_[number].engine->error(), tls_[number].peer);
  if (std::exchange(end.core_is_open, false)) platform_->closed(end.core, now_, *this);
  tell(end, now_, WireKind::finished, Direction::down, {});
  put(number, MessageKind::finish, {});
  if (ends_[number].is_severed) free(number);  // else when the device has closed too
}

void VirtualPlatform::report_violation(const FarEnd& end, std::string_view reason, const IpAddress& peer) {
  const VirtualEndpoint& endpoint = wire_.endpoints->all()[end.endpoint];
  event({.kind = platform::PlatformEventKind::protocol_violation,
         .product_key = {},
         .device_name = {},
         .instance = endpoint.name,
         .region = endpoint.region,
         .job = {},
         .reason = reason,
         .code = 0,
         .peer = peer});
}

void VirtualPlatform::begin_prologue(std::uint32_t number) {
  FarEnd& end = ends_[number];
  end.is_unknown = true;
  prologues_.push_back({.deadline = now_ + config_.limits.connect_packet_timeout,
                        .end = number,
                        .device = end.device,
                        .connection = end.connection,
                        .leg = end.leg});
}

/// A server's patience, as on sockets: whoever has not come to the point is reset.
void VirtualPlatform::end_prologues() {
  while (!prologues_.empty() && prologues_.front().deadline <= now_) {
    const Prologue late = prologues_.front();
    prologues_.pop_front();
    const FarEnd& end = ends_[late.end];
    const bool is_the_same = end.device == late.device && end.connection == late.connection && end.leg == late.leg;
    if (!is_the_same || !end.is_unknown) continue;
    platform_->limits_reached().reached(platform::LimitKind::connect_packet_timeout);
    report_violation(end, end.is_refused ? "nothing useful sent in time" : "TLS handshake not over in time", world_.address_of(end.device));
    // Where TLS is modelled the device has not heard yet that the link is there.
    drop(late.end, end.timing.is_secure && !end.is_refused ? MessageKind::refused : MessageKind::reset);
  }
}

void VirtualPlatform::close_tls(std::uint32_t number) {
  tls_[number].engine->close();
  send_ciphertext(number);
}

/// All that the engine has, as one write.
void VirtualPlatform::send_ciphertext(std::uint32_t number) {
  TlsEngine& tls = *tls_[number].engine;
  std::size_t used = 0;
  for (;;) {
    ciphertext_.resize(used + tls_room_bytes);
    const std::size_t got = tls.take(MutableBytes(ciphertext_).subspan(used));
    if (got == 0) break;
    used += got;
  }
  if (used == 0) return;
  tell_ciphertext(ends_[number], Direction::down, ByteView(ciphertext_).first(used));
  const std::size_t piece = tls_[number].in_pieces ? platform::handshake_piece_bytes : used;
  for (ByteView rest = ByteView(ciphertext_).first(used); !rest.empty(); rest = rest.subspan(std::min(piece, rest.size())))
    put(number, MessageKind::bytes, rest.first(std::min(piece, rest.size())));
}

void VirtualPlatform::tell_ciphertext(const FarEnd& end, Direction direction, ByteView bytes) {
  if (tap_ == nullptr) return;
  WireEvent event;
  event.at = now_;
  name_link(event, end.device, end.leg, end.connection, wire_.endpoints->all()[end.endpoint]);
  event.teller = WireEnd::platform;
  event.kind = WireKind::bytes;
  event.direction = direction;
  event.bytes = bytes;
  tap_->on_ciphertext(event);
}

}  // namespace fleetsim::sim
