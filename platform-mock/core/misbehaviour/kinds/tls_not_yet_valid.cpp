#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_not_yet_valid() {
  return {.name = "tls_not_yet_valid",
          .summary = "the certificate is valid from tomorrow on only",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::not_yet_valid; }}};
}

}  // namespace fleetsim::platform::misbehaviour
