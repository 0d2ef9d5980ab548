// Links on which the devices carry out TLS: what goes and comes is ciphertext, what the tap is told and the devices hear is what it
// carries.
#include <utility>

#include "sim/virtual/simulated_tls.hpp"
#include "sim/virtual/virtual_links.hpp"

namespace fleetsim::sim {

using device::LinkEnd;

void VirtualLinks::shake_hands(LinkKey key) {
  Link& link = owner_.link(key);
  link.state = LinkState::securing;
  link.tls->start();
  send_ciphertext(key);
  if (!link.tls) return;
  if (link.tls->state() == TlsEngine::State::failed) return tls_failed(key);
  if (link.tls->state() == TlsEngine::State::open) opened(key);  // a firmware that shakes no hands
}

void VirtualLinks::take_ciphertext(LinkKey key, ByteView ciphertext) {
  Link& link = owner_.link(key);
  const std::uint16_t generation = link.generation;
  link.tls->receive(ciphertext);
  if (link.state == LinkState::securing && link.tls->state() == TlsEngine::State::open) {
    send_ciphertext(key);
    opened(key);
  }
  plaintext_.resize(tls_room_bytes);
  while (is_current(key, generation) && link.state == LinkState::open) {
    const std::size_t got = link.tls->read(plaintext_);
    if (got == 0) break;
    const ByteView plaintext = ByteView(plaintext_).first(got);
    tell(key, WireKind::bytes, Direction::down, plaintext);
    owner_.link_received(key, plaintext);
  }
  if (!is_current(key, generation)) return;
  send_ciphertext(key);
  switch (link.tls->state()) {
    case TlsEngine::State::handshaking:
    case TlsEngine::State::open:
      break;
    case TlsEngine::State::peer_closed:
      peer_finished(key);
      break;
    case TlsEngine::State::failed:
      tls_failed(key);
      break;
  }
}

/// The alert that says so is on its way already.
void VirtualLinks::tls_failed(LinkKey key) {
  if (owner_.link(key).state == LinkState::open) {
    tell(key, WireKind::finished, Direction::up, {});
  } else {
    tell(key, WireKind::failed, Direction::down, {}, LinkEnd::tls_failed);
  }
  put(key, MessageKind::finish, {});
  end(key, LinkEnd::tls_failed, owner_.link(key).tls->error());
}

/// All that the engine has, as one write.
void VirtualLinks::send_ciphertext(LinkKey key) {
  TlsEngine& tls = *owner_.link(key).tls;
  std::size_t used = 0;
  for (;;) {
    ciphertext_.resize(used + tls_room_bytes);
    const std::size_t got = tls.take(MutableBytes(ciphertext_).subspan(used));
    if (got == 0) break;
    used += got;
  }
  if (used > 0) put(key, MessageKind::bytes, ByteView(ciphertext_).first(used));
}

bool VirtualLinks::is_current(LinkKey key, std::uint16_t generation) const {
  const Link& link = owner_.link(key);
  return link.handle >= 0 && link.generation == generation;
}

}  // namespace fleetsim::sim
