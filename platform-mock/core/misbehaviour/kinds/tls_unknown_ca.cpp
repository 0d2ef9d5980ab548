#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

void act(const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::unknown_ca; }

}  // namespace

Kind tls_unknown_ca() {
  return {.name = "tls_unknown_ca",
          .summary = "the certificate was signed by a CA that nobody trusts",
          .behaviour = Behaviour<TlsHandshake>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
