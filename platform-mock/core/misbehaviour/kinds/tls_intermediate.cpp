#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_intermediate() {
  return {.name = "tls_intermediate",
          .summary = "the certificate is right, and was signed by an intermediate CA, whose own certificate is sent",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::intermediate; }}};
}

}  // namespace fleetsim::platform::misbehaviour
