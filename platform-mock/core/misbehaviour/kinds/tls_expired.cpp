#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_expired() {
  return {.name = "tls_expired",
          .summary = "the certificate has expired",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::expired; }}};
}

}  // namespace fleetsim::platform::misbehaviour
