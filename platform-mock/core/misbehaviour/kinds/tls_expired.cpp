#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

void act(const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::expired; }

}  // namespace

Kind tls_expired() {
  return {.name = "tls_expired", .summary = "the certificate has expired", .behaviour = Behaviour<TlsHandshake>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
