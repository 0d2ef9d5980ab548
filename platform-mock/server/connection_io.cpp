// What happens on one connection: bytes in, bytes out, and its end.
#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/server/server_loop.hpp"
#include "platform-mock/server/unwilling_engine.hpp"

namespace fleetsim::platform {

namespace asio = boost::asio;
using boost::system::error_code;

/// Readiness to read, kept in the connection's own memory.
struct ServerLoop::ReadReady {
  using allocator_type = OperationAllocator<void>;
  allocator_type get_allocator() const noexcept { return allocator_type{connection->read_memory}; }
  void operator()(const error_code&) const { loop->on_readable(*connection); }

  ServerLoop* loop;
  SocketConnection* connection;
};

void ServerLoop::wait_readable(SocketConnection& connection) {
  ++connection.operations;
  connection.socket.async_wait(asio::socket_base::wait_read, ReadReady{this, &connection});
}

void ServerLoop::on_readable(SocketConnection& connection) {
  ensure(connection.operations > 0);  // this one: it holds the connection until operation_over() below
  if (connection.stage != Stage::dead) {
    begin_step();
    const ssize_t size = ::recv(connection.socket.native_handle(), read_buffer_.data(), read_buffer_.size(), 0);
    if (size > 0) {
      take_bytes(connection, {read_buffer_.data(), static_cast<std::size_t>(size)});
    } else if (size == 0) {
      connection.read_finished = true;
      peer_finished(connection);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      destroy(connection);
    }
    end_step();
    // This operation still counts, so the connection has outlived the step; clang's analyzer loses count behind the socket's close().
    const bool reads_on = connection.stage != Stage::dead && !connection.read_finished;  // NOLINT(clang-analyzer-cplusplus.NewDelete)
    if (reads_on) wait_readable(connection);
  }
  operation_over(connection);
}

void ServerLoop::take_bytes(SocketConnection& connection, ByteView bytes) {
  switch (connection.stage) {
    case Stage::prologue:
      take_first_bytes(connection, bytes);
      break;
    case Stage::handshaking:
      take_ciphertext(connection, bytes);
      break;
    case Stage::open:
      if (connection.tls) {
        take_ciphertext(connection, bytes);
      } else {
        platform_->received(connection.id, bytes, now_, *this);
      }
      break;
    case Stage::closing:
      connection.discarded += bytes.size();
      if (connection.discarded <= settings_.limits.discarded_bytes_per_connection) break;
      platform_->limits_reached().reached(LimitKind::discarded_bytes_per_connection);
      abort(connection);
      break;
    case Stage::dead:
      break;
  }
}

void ServerLoop::take_first_bytes(SocketConnection& connection, ByteView bytes) {
  const auto earlier = std::move(connection.first_bytes);
  if (earlier) {
    earlier->insert(earlier->end(), bytes.begin(), bytes.end());
    bytes = *earlier;
  }
  const PrologueVerdict verdict = read_prologue(connection.listener->policy, connection.peer, bytes);
  const ByteView rest = bytes.subspan(verdict.consumed);
  switch (verdict.kind) {
    case PrologueVerdict::Kind::need_more:
      connection.first_bytes = std::make_unique<std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
      break;
    case PrologueVerdict::Kind::refuse:
      refuse(connection, verdict.reason);
      break;
    case PrologueVerdict::Kind::plain:
      connection.peer = verdict.peer;
      open(connection, false);
      if (connection.wish == CloseWish::none) platform_->received(connection.id, rest, now_, *this);
      break;
    case PrologueVerdict::Kind::tls:
      connection.peer = verdict.peer;
      connection.tls = new_tls_session(connection);
      connection.tls->start();
      connection.stage = Stage::handshaking;
      take_ciphertext(connection, rest);
      break;
  }
}

/// Nobody knows yet whose handshake this is: a wrong certificate is chosen by listener and share.
std::unique_ptr<TlsEngine> ServerLoop::new_tls_session(const SocketConnection& connection) {
  const ListenerRole& role = connection.listener->role;
  misbehaviour::TlsHandshake handshake;
  if (role.kind != ListenerKind::management) handshake = platform_->tls_handshake(role.name, role.region, connection.peer, now_, *this);
  if (auto unwilling = make_unwilling_engine(handshake.conduct)) return unwilling;
  if (handshake.fault == CertificateFault::none) return tls_->new_session();
  const auto context = faulty_certificates_->context(handshake.fault);
  if (context) return (*context)->new_session();
  if (settings_.on_warning) settings_.on_warning(context.error().what);
  return tls_->new_session();
}

void ServerLoop::take_ciphertext(SocketConnection& connection, ByteView bytes) {
  TlsEngine& tls = *connection.tls;
  mark_dirty(connection);
  if (tls.receive(bytes) != TlsEngine::State::handshaking && connection.stage == Stage::handshaking) {
    if (tls.state() == TlsEngine::State::open) open(connection, true);
  }
  while (connection.stage == Stage::open && connection.wish == CloseWish::none) {
    const std::size_t size = tls.read(plaintext_);
    if (size == 0) break;
    platform_->received(connection.id, ByteView{plaintext_}.first(size), now_, *this);
  }
  if (tls.state() == TlsEngine::State::failed && connection.wish == CloseWish::none) {
    report_violation(connection, tls.error());
    connection.wish = CloseWish::after_flush;  // the alert goes out first
  } else if (tls.state() == TlsEngine::State::peer_closed) {
    peer_finished(connection);
  }
}

void ServerLoop::open(SocketConnection& connection, bool tls) {
  connection.timed_hook.unlink();
  connection.stage = Stage::open;
  const PeerInfo peer{.address = connection.peer, .tls = tls};
  accepting_ = &connection;
  const ConnectionId id = accept_in_core(connection.listener->role, peer);
  accepting_ = nullptr;
  bind(connection, id);
}

ConnectionId ServerLoop::accept_in_core(const ListenerRole& role, const PeerInfo& peer) {
  switch (role.kind) {
    case ListenerKind::bootstrap:
      return platform_->accept_bootstrap(peer, now_, *this);
    case ListenerKind::mqtt:
      return platform_->accept_mqtt(role.instance, peer, now_, *this);
    case ListenerKind::management:
      return platform_->accept_management(peer, now_, *this);
    case ListenerKind::operations:
      return platform_->accept_operations(peer, now_, *this);
  }
  return {};
}

/// The peer will send nothing more. What it is still owed goes out first.
void ServerLoop::peer_finished(SocketConnection& connection) {
  if (connection.stage == Stage::prologue || connection.stage == Stage::handshaking) {
    destroy(connection);  // a port scan, a health check: not worth an event
    return;
  }
  if (connection.wish == CloseWish::none) connection.wish = CloseWish::after_flush;
  mark_dirty(connection);
}

void ServerLoop::settle(SocketConnection& connection) {
  if (connection.stage == Stage::dead) return;
  if (connection.wish == CloseWish::after_flush && connection.stage != Stage::closing) begin_closing(connection);
  if (connection.tls) pull_ciphertext(connection);
  if (connection.wish != CloseWish::abort && !connection.write_waiting) write_pending(connection);
  if (connection.wish == CloseWish::abort) {
    abort(connection);
    return;
  }
  if (connection.stage != Stage::closing || !connection.output.empty()) return;
  if (connection.read_finished) {
    destroy(connection);
  } else if (!connection.write_finished) {
    // Closing at once would answer late bytes with a reset, which can overtake our last answer.
    connection.write_finished = true;
    error_code ignored;
    connection.socket.shutdown(asio::socket_base::shutdown_send, ignored);
  }
}

// Runs inside the core's own call, so it only notes what end_step() has to do.
void ServerLoop::send(ConnectionId id, ByteView bytes) {
  SocketConnection* connection = find(id);
  if (connection == nullptr || connection->wish != CloseWish::none || bytes.empty()) return;
  mark_dirty(*connection);
  if (connection->tls) {
    connection->tls->write(bytes);
    pull_ciphertext(*connection);
  } else {
    connection->output.append(chunks_, bytes);
  }
  if (connection->output.size() >= kEarlyWriteBytes && !connection->write_waiting && may_write_early()) write_pending(*connection);
  if (connection->output.size() <= settings_.limits.output_bytes_per_connection) return;
  ++statistics_.slow_consumers;
  platform_->limits_reached().reached(LimitKind::output_bytes_per_connection);
  report_violation(*connection, "slow consumer: too many bytes wait for it");
  connection->wish = CloseWish::abort;
}

void ServerLoop::begin_closing(SocketConnection& connection) {
  connection.timed_hook.unlink();
  connection.stage = Stage::closing;
  connection.deadline = now_ + kCloseTimeout;
  closings_.push_back(connection);
  if (connection.tls) connection.tls->close();
  report_closed(connection);
}

void ServerLoop::pull_ciphertext(SocketConnection& connection) {
  while (const std::size_t size = connection.tls->take(ciphertext_)) connection.output.append(chunks_, ByteView{ciphertext_}.first(size));
}

void ServerLoop::write_pending(SocketConnection& connection) {
  if (connection.output.empty()) return;
  const ByteView pending = connection.output.pending();
  const ssize_t written = ::send(connection.socket.native_handle(), pending.data(), pending.size(), MSG_NOSIGNAL);
  if (written < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    connection.wish = CloseWish::abort;
    return;
  }
  if (written > 0) connection.output.consume(chunks_, static_cast<std::size_t>(written));
  if (!connection.output.empty()) wait_writable(connection);
}

void ServerLoop::wait_writable(SocketConnection& connection) {
  ++connection.operations;
  connection.write_waiting = true;
  connection.socket.async_wait(asio::socket_base::wait_write, [this, &connection](const error_code&) {
    connection.write_waiting = false;
    if (connection.stage != Stage::dead) {
      begin_step();
      mark_dirty(connection);
      end_step();
    }
    operation_over(connection);
  });
}

void ServerLoop::refuse(SocketConnection& connection, std::string_view reason) {
  report_violation(connection, reason);
  abort(connection);
}

void ServerLoop::report_violation(const SocketConnection& connection, std::string_view reason) {
  ++statistics_.refused;
  ++connection.listener->refused;
  event({.kind = PlatformEventKind::protocol_violation,
         .product_key = {},
         .device_name = {},
         .instance = connection.listener->role.name,
         .region = connection.listener->role.region,
         .job = {},
         .reason = reason,
         .code = 0,
         .peer = connection.peer});
}

void ServerLoop::abort(SocketConnection& connection) {
  if (connection.stage == Stage::dead) return;
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(connection.socket.native_handle(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  destroy(connection);
}

void ServerLoop::destroy(SocketConnection& connection) {
  if (connection.stage == Stage::dead) return;
  connection.stage = Stage::dead;
  connection.timed_hook.unlink();
  if (connection.dirty_hook.is_linked()) dirty_.erase(dirty_.iterator_to(connection));
  connection.output.release(chunks_);
  connection.first_bytes.reset();
  --statistics_.connections_open;
  --connection.listener->open;
  error_code ignored;
  ++connection.operations;  // holds it while its end is told
  connection.socket.close(ignored);
  report_closed(connection);
  operation_over(connection);
}

void ServerLoop::operation_over(SocketConnection& connection) {
  --connection.operations;
  if (connection.operations > 0 || connection.stage != Stage::dead) return;
  all_.erase(all_.iterator_to(connection));
  delete &connection;
  if (is_drained()) {
    timer_.cancel();
    work_.reset();
  }
}

}  // namespace fleetsim::platform
