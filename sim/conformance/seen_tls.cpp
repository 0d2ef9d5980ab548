#include "sim/conformance/seen_tls.hpp"

#include <fmt/format.h>

namespace fleetsim::sim {

void SeenTls::take(Direction direction, ByteView ciphertext, Instant at) {
  (direction == Direction::up ? up : down).take(ciphertext);
  if (!is_done() && up.has_finished() && down.has_finished()) done_at = at;
}

bool SeenTls::is_resumed() const {
  const auto& chosen = down.server_hello();
  if (!is_done() || !chosen) return false;
  return chosen->version > tls_1_2 ? chosen->takes_psk : !down.has_certificate();
}

std::string tls_outcome(const SeenTls& tls) {
  if (!tls.up.is_tls()) return fmt::format("{} bytes in the clear", tls.up.clear_bytes());
  if (const TlsAlert* const refusal = tls.refusal()) return "refused with " + alert_name(refusal->description);
  if (!tls.is_done()) return "not done";
  const auto& chosen = tls.down.server_hello();
  const std::string_view how = tls.is_resumed() ? "resumed" : "done";
  return chosen ? fmt::format("{}, {}, suite 0x{:04x}", how, tls_version_name(chosen->version), chosen->suite) : "done";
}

}  // namespace fleetsim::sim
