#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_wrong_name() {
  return {.name = "tls_wrong_name",
          .summary = "the certificate is for another host",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::wrong_name; }}};
}

}  // namespace fleetsim::platform::misbehaviour
