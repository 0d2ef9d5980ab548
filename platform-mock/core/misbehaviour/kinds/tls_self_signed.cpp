#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_self_signed() {
  return {.name = "tls_self_signed",
          .summary = "the certificate is signed by its own key",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::self_signed; }}};
}

}  // namespace fleetsim::platform::misbehaviour
