#include "sim/world/tls_links.hpp"

#include <utility>

namespace fleetsim::sim {

using device::LinkEnd;

void TlsLinks::open(LinkKey key, LinkTarget target, Instant now) {
  std::unique_ptr<Secured>& one = secured_[key.slot * std::size_t{2} + static_cast<std::size_t>(key.leg)];
  if (target.tls == nullptr) {
    if (one) one->is_used = false;
    return carrier_->open(key, std::move(target), now);
  }
  if (!one) one = std::make_unique<Secured>();
  one->is_used = true;
  one->tls = std::move(target.tls);
  target.is_sealed = true;
  one->told_end.reset();
  one->detail.clear();
  Link& link = devices_.link(key);
  ++link.generation;
  link.began_at = now;
  link.handle = 0;
  link.state = LinkState::connecting;
  carrier_->open(key, std::move(target), now);
}

void TlsLinks::send(LinkKey key, ByteView bytes) {
  if (secured(key) == nullptr) return carrier_->send(key, bytes);
  if (!batch_.empty() && batch_key_ != key) write_batch();
  batch_key_ = key;
  batch_.insert(batch_.end(), bytes.begin(), bytes.end());
}

void TlsLinks::flush() {
  write_batch();
  carrier_->flush();
}

void TlsLinks::write_batch() {
  if (batch_.empty()) return;
  Secured* const one = secured(batch_key_);
  if (one != nullptr && one->tls && devices_.link(batch_key_).state == LinkState::open) {
    if (tap_ != nullptr) tap_->carried(batch_key_, Direction::up, batch_);
    one->tls->write(batch_);
    pump(batch_key_);
  }
  batch_.clear();
}

/// What the session has for the peer goes below.
void TlsLinks::pump(LinkKey key) {
  Secured& one = *secured(key);
  Link& link = devices_.link(key);
  const std::uint16_t generation = link.generation;
  while (is_current(key, generation)) {
    const std::size_t taken = one.tls->take(*ciphertext_);
    if (taken == 0) break;
    carrier_->send(key, ByteView(*ciphertext_).first(taken));
  }
  if (is_current(key, generation) && one.below.pending && !link.pending) link.pending = std::make_unique<PendingOutput>();
}

void TlsLinks::close(LinkKey key, Instant now) {
  write_batch();
  Secured* const one = secured(key);
  if (one == nullptr) return carrier_->close(key, now);
  Link& link = devices_.link(key);
  if (link.handle < 0 || link.state == LinkState::closing) return;
  if (link.state != LinkState::open) return abort(key, Abort::orderly);  // nothing was sent yet
  const std::uint16_t generation = link.generation;
  one->tls->close();
  pump(key);
  if (!is_current(key, generation)) return;
  link.state = LinkState::closing;
  carrier_->close(key, now);
}

void TlsLinks::abort(LinkKey key, Abort how) {
  if (batch_key_ == key) batch_.clear();
  if (Secured* const one = secured(key); one != nullptr && devices_.link(key).handle >= 0 && !one->told_end)
    one->told_end = LinkEnd::closed_by_us;
  carrier_->abort(key, how);
}

Link& TlsLinks::link(LinkKey key) {
  Secured* const one = secured(key);
  return one == nullptr ? devices_.link(key) : one->below;
}

void TlsLinks::link_opened(LinkKey key) {
  Secured* const one = secured(key);
  if (one == nullptr) return devices_.link_opened(key);
  devices_.link(key).state = LinkState::securing;
  one->tls->start();
  pump(key);
  if (!finish_handshake(key)) return;  // over already: a firmware that shakes no hands
  carrier_->flush();
}

void TlsLinks::link_received(LinkKey key, ByteView bytes) {
  Secured* const one = secured(key);
  if (one == nullptr) return devices_.link_received(key, bytes);
  Link& link = devices_.link(key);
  if (!one->tls || link.state == LinkState::closing) return;
  one->tls->receive(bytes);
  if (!finish_handshake(key) || !read_plaintext(key)) return;
  const std::uint16_t generation = link.generation;
  pump(key);
  if (!is_current(key, generation)) return;
  switch (one->tls->state()) {
    case TlsEngine::State::handshaking:
    case TlsEngine::State::open:
      carrier_->flush();
      return;
    case TlsEngine::State::peer_closed:
      return end(key, LinkEnd::closed_by_peer, {});
    case TlsEngine::State::failed:
      carrier_->flush();  // the alert
      return end(key, LinkEnd::tls_failed, std::string(one->tls->error()));
  }
}

/// False: the link is gone.
bool TlsLinks::finish_handshake(LinkKey key) {
  Secured& one = *secured(key);
  Link& link = devices_.link(key);
  if (link.state != LinkState::securing || one.tls->state() != TlsEngine::State::open) return true;
  const std::uint16_t generation = link.generation;
  link.state = LinkState::open;
  pump(key);
  if (!is_current(key, generation)) return false;
  if (tap_ != nullptr) tap_->secured(key);
  devices_.link_opened(key);
  flush();
  return is_current(key, generation);
}

/// False: the link is gone, or is closing and hears nothing any more.
bool TlsLinks::read_plaintext(LinkKey key) {
  Secured& one = *secured(key);
  Link& link = devices_.link(key);
  const std::uint16_t generation = link.generation;
  while (is_current(key, generation) && link.state == LinkState::open) {
    const std::size_t got = one.tls->read(*plaintext_);
    if (got == 0) break;
    const ByteView plaintext = ByteView(*plaintext_).first(got);
    if (tap_ != nullptr) tap_->carried(key, Direction::down, plaintext);
    devices_.link_received(key, plaintext);
  }
  return is_current(key, generation) && link.state != LinkState::closing;
}

void TlsLinks::end(LinkKey key, LinkEnd end, std::string detail) {
  Secured& one = *secured(key);
  if (tap_ != nullptr) tap_->tls_ended(key, end);
  one.told_end = end;
  one.detail = std::move(detail);
  carrier_->abort(key, Abort::orderly);
}

void TlsLinks::link_closed(LinkKey key, LinkEnd end, std::string_view detail) {
  Secured* const one = secured(key);
  if (one == nullptr) return devices_.link_closed(key, end, detail);
  Link& link = devices_.link(key);
  if (link.state == LinkState::idle) return;
  if (batch_key_ == key) batch_.clear();
  const LinkEnd told = one->told_end.value_or(link.state == LinkState::closing ? LinkEnd::closed_by_us : end);
  const std::string text = one->detail.empty() ? std::string(detail) : std::exchange(one->detail, {});
  one->tls.reset();
  link.handle = -1;
  link.state = LinkState::idle;
  link.pending.reset();
  devices_.link_closed(key, told, text);
}

void TlsLinks::link_writable(LinkKey key) {
  if (secured(key) != nullptr) devices_.link(key).pending.reset();
  devices_.link_writable(key);
}

bool TlsLinks::is_current(LinkKey key, std::uint16_t generation) const {
  const Secured* const one = secured(key);
  const Link& link = devices_.link(key);
  return one != nullptr && one->tls != nullptr && link.handle >= 0 && link.generation == generation;
}

}  // namespace fleetsim::sim
