// TLS as an engine: ciphertext and plaintext go in and out as bytes, no socket is known. One object is one session.
// Implementations: mbedTLS client (devicecore/ports), OpenSSL client (sim/live), OpenSSL server (platform-mock/server).
//
//   engine->receive(from_socket);              // may finish the handshake
//   while (auto n = engine->read(buffer)) ...  // plaintext for the protocol above
//   engine->write(plaintext);                  // accepted before the handshake is done too: it is sent after it
//   while (auto n = engine->take(buffer)) ...  // ciphertext for the socket
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"

namespace fleetsim {

class TlsEngine {
 public:
  enum class State : std::uint8_t { handshaking, open, peer_closed, failed };

  TlsEngine() = default;
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;
  virtual ~TlsEngine() = default;

  /// Begins the session: a client's hello is then ready to take(). Call once, before anything else.
  virtual State start() = 0;

  /// Gives the engine bytes that came from the peer (any split). All are taken.
  virtual State receive(ByteView ciphertext) = 0;

  /// Decrypted bytes into `plaintext`; returns how many, 0 when there are none now.
  virtual std::size_t read(MutableBytes plaintext) = 0;

  /// Bytes to encrypt; all are taken. Before the handshake is over they wait for it (at most 64 KiB, else failed).
  virtual State write(ByteView plaintext) = 0;

  /// Ciphertext that must go to the peer into `ciphertext`; returns how many, 0 when there is none.
  virtual std::size_t take(MutableBytes ciphertext) = 0;

  /// Queues close_notify for take(). Nothing may be written afterwards.
  virtual void close() = 0;

  virtual State state() const = 0;

  /// Why the session failed, for people; empty unless state() == failed. Valid while the engine lives.
  virtual std::string_view error() const = 0;
};

}  // namespace fleetsim
