#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_large() {
  return {.name = "tls_large",
          .summary = "the certificate is right and names a hundred hosts more: it has 7 KB",
          .behaviour =
              Behaviour<TlsHandshake>{.act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::large; }}};
}

}  // namespace fleetsim::platform::misbehaviour
