#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_unknown_ca() {
  return {.name = "tls_unknown_ca",
          .summary = "the certificate was signed by a CA that nobody trusts",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::unknown_ca; }}};
}

}  // namespace fleetsim::platform::misbehaviour
