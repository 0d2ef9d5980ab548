#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_leaf_issuer() {
  return {.name = "tls_leaf_issuer",
          .summary = "the certificate was signed by another server's certificate, which is none of a CA",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::leaf_issuer; }}};
}

}  // namespace fleetsim::platform::misbehaviour
