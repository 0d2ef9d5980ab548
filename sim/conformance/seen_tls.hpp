// What was seen of TLS on one link, from outside.
//
//   SeenTls tls;
//   tls.take(Direction::up, ciphertext, at);
//   tls.is_done() …   tls.up.client_hello()->server_name …   tls_outcome(tls)
#pragma once

#include <string>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "sim/trace/tls_reader.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

struct SeenTls {
  TlsReader up;              // what the device said
  TlsReader down;            // and the platform
  Instant done_at = kNever;  // both have finished their handshake

  bool is_done() const { return done_at != kNever; }
  const ClientHello* offered() const { return up.client_hello() ? &*up.client_hello() : nullptr; }
  /// Both went on with a session of before: the platform showed no certificate.
  bool is_resumed() const;
  /// The device broke the handshake off, and said why.
  const TlsAlert* refusal() const { return !is_done() && up.alert() ? &*up.alert() : nullptr; }
  void take(Direction direction, ByteView ciphertext, Instant at);
};

/// "refused with unknown_ca", "done, TLS 1.2, suite 0xc02b", "not done": for findings.
std::string tls_outcome(const SeenTls& tls);

}  // namespace fleetsim::sim
