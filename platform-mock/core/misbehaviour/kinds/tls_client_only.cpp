#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_client_only() {
  return {.name = "tls_client_only",
          .summary = "the certificate is for clients only",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::client_only; }}};
}

}  // namespace fleetsim::platform::misbehaviour
