#include "sim/live/link_driver.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/live/proxy_header.hpp"

namespace fleetsim::sim {

using device::LinkEnd;

LinkDriver::LinkDriver(Poller& poller, LinkOwner& owner)
    : poller_(poller),
      owner_(owner),
      severed_(poller),
      received_(std::make_unique<std::array<std::uint8_t, receive_bytes>>()),
      plaintext_(std::make_unique<std::array<std::uint8_t, plaintext_bytes>>()),
      batch_(std::make_unique<std::array<std::uint8_t, batch_bytes>>()) {}

void LinkDriver::open(LinkKey key, LinkTarget target, Instant now) {
  Link& link = owner_.link(key);
  link.began_at = now;
  ++link.generation;
  const TcpConnect started = tcp_connect(target.address, target.port, target.source);
  const bool watched = started.fd >= 0 && poller_.add(started.fd, token_of(key, link));
  if (!watched) {
    const int error = started.fd < 0 ? started.error : ENOMEM;
    if (started.fd >= 0) tcp_reset(started.fd);
    if (const Exhausted what = exhausted_by(error); what != Exhausted::nothing) owner_.exhausted(what);
    link.state = LinkState::idle;
    owner_.link_closed(key, link_end_of(error), std::strerror(error));
    return;
  }
  link.handle = started.fd;
  link.state = LinkState::connecting;
  link.tls = std::move(target.tls);
  if (target.proxy_source) {
    std::array<std::uint8_t, proxy_header_bytes_max> room{};
    const ProxyEnd source{*target.proxy_source, tcp_local_port(link.handle)};
    const ByteView header = write_proxy_header(source, {target.address, target.port}, room);
    link.pending = std::make_unique<PendingOutput>();  // the first bytes of the connection, once it is there
    link.pending->bytes.assign(header.begin(), header.end());
  }
}

void LinkDriver::send(LinkKey key, ByteView bytes) {
  if (batch_used_ > 0 && (batch_key_ != key || batch_used_ + bytes.size() > batch_->size())) flush();
  if (bytes.size() > batch_->size()) {
    write_out(key, bytes);
    return;
  }
  batch_key_ = key;
  std::copy(bytes.begin(), bytes.end(), batch_->begin() + static_cast<std::ptrdiff_t>(batch_used_));
  batch_used_ += bytes.size();
}

void LinkDriver::flush() {
  if (batch_used_ == 0) return;
  const std::size_t used = std::exchange(batch_used_, 0);
  write_out(batch_key_, ByteView(*batch_).first(used));
}

void LinkDriver::close(LinkKey key, Instant now) {
  flush();
  Link& link = owner_.link(key);
  if (link.handle < 0 || link.state == LinkState::closing) return;
  if (link.state != LinkState::open) {  // nothing was sent yet
    end(key, LinkEnd::closed_by_us, {});
    return;
  }
  if (link.tls) {
    link.tls->close();
    pump_tls(key);
    if (link.handle < 0) return;
  }
  if (link.pending) {
    link.state = LinkState::closing;
    link.pending->give_up_at = now + close_patience;
    return;
  }
  end(key, LinkEnd::closed_by_us, {});
}

void LinkDriver::abort(LinkKey key, Abort how) {
  if (batch_used_ > 0 && batch_key_ == key) batch_used_ = 0;
  Link& link = owner_.link(key);
  if (link.handle < 0) return;
  release(link, how);
  owner_.link_closed(key, LinkEnd::closed_by_us, {});
}

Instant LinkDriver::deadline(LinkKey key) const {
  const Link& link = owner_.link(key);
  return link.state == LinkState::closing && link.pending ? link.pending->give_up_at : kNever;
}

bool LinkDriver::on_event(const PollEvent& event) {
  if (severed_.on_event(event)) return false;
  const LinkKey key = key_of(event.token);
  Link& link = owner_.link(key);
  if (link.handle >= 0 && token_of(key, link) == event.token) take_event(key, event);  // else of a socket that is gone
  return true;
}

void LinkDriver::take_event(LinkKey key, const PollEvent& event) {
  Link& link = owner_.link(key);
  const std::uint16_t generation = link.generation;
  if (link.state == LinkState::connecting) {
    if (event.ended) {
      if (const int error = tcp_error(link.handle); error != 0) {
        if (const Exhausted what = exhausted_by(error); what != Exhausted::nothing) owner_.exhausted(what);
        end(key, link_end_of(error), std::strerror(error));
        return;
      }
    }
    if (!event.writable) return;
    established(key, link);
  } else if (event.writable && link.pending) {
    flush_pending(key);
  }
  if (event.readable && is_current(key, generation)) read_all(key, event.ended);
}

void LinkDriver::established(LinkKey key, Link& link) {
  const std::uint16_t generation = link.generation;
  link.state = link.tls ? LinkState::securing : LinkState::open;
  if (link.tls) {
    const bool is_open_at_once = link.tls->start() == TlsEngine::State::open;  // a mutant does without a handshake
    pump_tls(key);
    if (is_open_at_once && is_current(key, generation)) deliver_tls(key, generation, {});
  } else {
    owner_.link_opened(key);  // its first bytes leave together with a preamble
    flush();
  }
  if (is_current(key, generation) && link.pending) flush_pending(key);
}

void LinkDriver::read_all(LinkKey key, bool until_end) {
  const std::uint16_t generation = owner_.link(key).generation;
  for (int reads = 0; reads < reads_per_event_max; ++reads) {
    const int fd = owner_.link(key).handle;
    const TcpResult got = tcp_receive(fd, *received_);
    if (got.error == EAGAIN) return;
    if (got.error != 0) {
      end(key, link_end_of(got.error), std::strerror(got.error));
      return;
    }
    if (got.bytes == 0) {
      end(key, LinkEnd::closed_by_peer, {});
      return;
    }
    if (!deliver(key, generation, ByteView(*received_).first(got.bytes))) return;
    if (got.bytes < received_->size() && !until_end) return;  // drained: the next byte makes a new edge
  }
  const Link& link = owner_.link(key);
  poller_.again(link.handle, token_of(key, link));
}

/// False: the link is gone, or is closing and hears nothing any more.
bool LinkDriver::deliver(LinkKey key, std::uint16_t generation, ByteView bytes) {
  const Link& link = owner_.link(key);
  if (link.state == LinkState::closing) return true;  // read and dropped, so that the close is no reset
  if (link.tls) return deliver_tls(key, generation, bytes);
  owner_.link_received(key, bytes);
  return is_current(key, generation);
}

bool LinkDriver::deliver_tls(LinkKey key, std::uint16_t generation, ByteView ciphertext) {
  Link& link = owner_.link(key);
  link.tls->receive(ciphertext);
  if (link.state == LinkState::securing && link.tls->state() == TlsEngine::State::open) {
    link.state = LinkState::open;
    pump_tls(key);
    if (!is_current(key, generation)) return false;
    owner_.link_opened(key);
    flush();
  }
  while (is_current(key, generation) && link.state == LinkState::open) {
    const std::size_t got = link.tls->read(*plaintext_);
    if (got == 0) break;
    owner_.link_received(key, ByteView(*plaintext_).first(got));
  }
  if (!is_current(key, generation)) return false;
  if (link.state == LinkState::closing) return true;
  pump_tls(key);
  if (!is_current(key, generation)) return false;
  switch (link.tls->state()) {
    case TlsEngine::State::handshaking:
    case TlsEngine::State::open:
      return true;
    case TlsEngine::State::peer_closed:
      end(key, LinkEnd::closed_by_peer, {});
      return false;
    case TlsEngine::State::failed:
      end(key, LinkEnd::tls_failed, link.tls->error());
      return false;
  }
  return false;
}

void LinkDriver::write_out(LinkKey key, ByteView plaintext) {
  Link& link = owner_.link(key);
  if (link.handle < 0 || link.state == LinkState::closing) return;  // what is sent after the end is nobody's
  if (!link.tls) {
    write_raw(key, plaintext);
    return;
  }
  link.tls->write(plaintext);
  pump_tls(key);
}

void LinkDriver::pump_tls(LinkKey key) {
  Link& link = owner_.link(key);
  std::array<std::uint8_t, plaintext_bytes> ciphertext;  // NOLINT(cppcoreguidelines-pro-type-member-init): take() fills what is read
  while (link.handle >= 0 && link.tls) {
    const std::size_t taken = link.tls->take(ciphertext);
    if (taken == 0) return;
    write_raw(key, ByteView(ciphertext).first(taken));
  }
}

void LinkDriver::write_raw(LinkKey key, ByteView bytes) {
  Link& link = owner_.link(key);
  if (link.pending) {
    if (link.pending->waiting() + bytes.size() > PendingOutput::bytes_max) {
      end(key, LinkEnd::reset, "the peer does not read: too much output waits");
      return;
    }
    link.pending->append(bytes);
    return;
  }
  const TcpResult sent = tcp_send(link.handle, bytes);
  if (sent.error != 0 && sent.error != EAGAIN) {
    // What the peer said before it went may still be there to read: its end of stream is the better story.
    if (sent.error != EPIPE && sent.error != ECONNRESET) end(key, link_end_of(sent.error), std::strerror(sent.error));
    return;
  }
  if (sent.bytes == bytes.size()) return;
  const ByteView rest = bytes.subspan(sent.bytes);
  link.pending = std::make_unique<PendingOutput>();
  link.pending->bytes.assign(rest.begin(), rest.end());
}

void LinkDriver::flush_pending(LinkKey key) {
  Link& link = owner_.link(key);
  PendingOutput& pending = *link.pending;
  while (pending.sent < pending.bytes.size()) {
    const TcpResult sent = tcp_send(link.handle, ByteView(pending.bytes).subspan(pending.sent));
    if (sent.error == EAGAIN) return;
    if (sent.error != 0) {
      end(key, link.state == LinkState::closing ? LinkEnd::closed_by_us : link_end_of(sent.error), std::strerror(sent.error));
      return;
    }
    pending.sent += sent.bytes;
  }
  link.pending.reset();
  if (link.state == LinkState::closing) {
    end(key, LinkEnd::closed_by_us, {});
  } else if (link.state == LinkState::open) {
    owner_.link_writable(key);
  }
}

void LinkDriver::end(LinkKey key, LinkEnd end, std::string_view detail) {
  if (batch_used_ > 0 && batch_key_ == key) batch_used_ = 0;
  Link& link = owner_.link(key);
  owner_.link_closed(key, link.state == LinkState::closing ? LinkEnd::closed_by_us : end, detail);
  release(link, Abort::orderly);
}

void LinkDriver::release(Link& link, Abort how) {
  switch (how) {
    case Abort::orderly: {
      std::array<std::uint8_t, 4096> scrap;  // NOLINT(cppcoreguidelines-pro-type-member-init): nobody reads it
      tcp_close(link.handle, scrap);
      break;
    }
    case Abort::reset:
      tcp_reset(link.handle);
      break;
    case Abort::severed:
      severed_.add(link.handle);
      break;
  }
  link.handle = -1;
  link.state = LinkState::idle;
  link.tls.reset();
  link.pending.reset();
}

bool LinkDriver::is_current(LinkKey key, std::uint16_t generation) const {
  const Link& link = owner_.link(key);
  return link.handle >= 0 && link.generation == generation;
}

std::uint64_t LinkDriver::token_of(LinkKey key, const Link& link) {
  return key.slot | (static_cast<std::uint64_t>(link.generation) << 32) | (static_cast<std::uint64_t>(key.leg) << 48);
}

LinkKey LinkDriver::key_of(std::uint64_t token) {
  return {.slot = static_cast<std::uint32_t>(token), .leg = static_cast<device::Leg>(token >> 48)};
}

}  // namespace fleetsim::sim
