// What can be wrong with what a TLS listener shows, and with what it says instead of showing anything.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fleetsim::platform {

enum class CertificateFault : std::uint8_t {
  none,
  expired,
  not_yet_valid,
  wrong_name,
  unknown_ca,
  self_signed,
  old_version,      // the certificate is right, but nothing newer than TLS 1.1 is spoken
  large,            // it is right, and names a hundred hosts more
  client_only,      // its extended key usage
  no_intermediate,  // the CA that signed it is an intermediate one, and is not sent
  leaf_issuer,      // who signed it is sent, and is no CA
  wide_wildcard,    // of its names, each * would have to stand for two labels
  intermediate,     // it is right: the CA that signed it is an intermediate one, and is sent
  tickets,          // it is right, and sessions can be resumed
};
inline constexpr std::size_t certificate_fault_count = 14;

/// silent: the handshake is never answered. plain_text: it is answered without TLS, and the connection is closed. in_pieces: what the
/// server says leaves a few bytes at a time, from the first record to the last.
enum class HandshakeConduct : std::uint8_t { usual, silent, plain_text, in_pieces };
inline constexpr std::size_t handshake_piece_bytes = 7;

/// What a listener does that speaks plain_text.
inline constexpr char plain_text_answer[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

namespace misbehaviour {

/// A TLS handshake begins; nobody knows yet whose.
struct TlsHandshake {
  CertificateFault fault = CertificateFault::none;
  HandshakeConduct conduct = HandshakeConduct::usual;

  bool is_right() const { return fault == CertificateFault::none && conduct == HandshakeConduct::usual; }
  bool settled() const { return !is_right(); }
};

}  // namespace misbehaviour
}  // namespace fleetsim::platform
