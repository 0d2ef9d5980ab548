// The TLS client that a firmware ships: mbedTLS over memory, no socket. TLS 1.2, X25519 and P-256 only (twice as fast as the default list
// on a small machine), no renegotiation; no session reuse but for who brings a memory for it. The peer's chain, dates and name are always
// verified; what a mutant overlooks is said by its dialect, and by nothing else.
//
//   auto context = MbedtlsClientContext::make({.ca_pem = pem});
//   if (!context) return report(context.error());
//   std::unique_ptr<TlsEngine> engine = (*context)->connect("127.0.2.1");
//
// mbedTLS 2.28 knows no IP addresses in certificates: a host given as an address must stand in the certificate as a DNS name too.
//
// The engine ends as `failed` with a text for people when the peer cannot be trusted or breaks the protocol; its alert is then ready to
// take(). A peer's close_notify shows as `peer_closed` once everything sent before it has been read. Buffers are bounded: see the limits
// below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "devicecore/tls_dialect.hpp"

namespace fleetsim::device {

namespace tls_limits {
/// Plaintext that waits for the handshake.
inline constexpr std::size_t early_plaintext_bytes_max = std::size_t{64} * 1024;
/// Ciphertext that nobody take()s, and ciphertext whose plaintext nobody read()s.
inline constexpr std::size_t waiting_ciphertext_bytes_max = std::size_t{1024} * 1024;
}  // namespace tls_limits

/// The board's source of true randomness.
struct EntropyPort {
  /// Fills `out`; false on failure.
  bool (*fill)(void* context, MutableBytes out) = nullptr;
  void* context = nullptr;
};

/// The board's clock.
struct ClockPort {
  std::int64_t (*unix_seconds)(void* context) = nullptr;
  void* context = nullptr;
};

/// What is kept of a session, so that the next one may begin where it ended.
class MbedtlsMemory;

/// What all sessions share: trust, settings, random generator. Belongs to one thread, with all its sessions; outlives them.
class MbedtlsClientContext {
 public:
  struct Options {
    std::string_view ca_pem;  // the certificates to trust, concatenated
    EntropyPort entropy;      // none: what mbedTLS finds on this system
    EntropyPort random = {};  // draws for the sessions instead of a generator that entropy seeds; none: such a generator
    ClockPort clock = {};     // by which certificates are dated, and which a hello tells; none: this system's
    TlsDialect dialect = {};  // `where` is the caller's business: here it overlooks what it says on every link
  };
  /// The error says what is wrong with the certificates or the random source.
  static Result<std::unique_ptr<MbedtlsClientContext>, std::string> make(const Options& options);
  virtual ~MbedtlsClientContext() = default;

  /// A session with `host`, which is sent as SNI and looked for in the certificate. nullptr when memory is short or the host is no
  /// possible name (empty, or above 255 bytes).
  std::unique_ptr<TlsEngine> connect(std::string_view host) { return connect(host, nullptr); }
  /// It offers the session that was kept there, if there is one, and keeps its own there. Whether the server goes along is the server's
  /// to say: else the handshake is a full one.
  virtual std::unique_ptr<TlsEngine> connect(std::string_view host, const std::shared_ptr<MbedtlsMemory>& memory) = 0;
  /// With nothing in it yet.
  static std::shared_ptr<MbedtlsMemory> make_memory();
};

}  // namespace fleetsim::device
