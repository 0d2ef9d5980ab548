#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_tickets() {
  return {.name = "tls_tickets",
          .summary = "the certificate is right, and sessions can be resumed, by ticket and by number",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::tickets; }}};
}

}  // namespace fleetsim::platform::misbehaviour
