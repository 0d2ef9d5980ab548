#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_no_intermediate() {
  return {.name = "tls_no_intermediate",
          .summary = "the certificate was signed by an intermediate CA, whose own certificate is not sent",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::no_intermediate; }}};
}

}  // namespace fleetsim::platform::misbehaviour
