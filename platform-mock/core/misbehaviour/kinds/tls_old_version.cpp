#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_old_version() {
  return {.name = "tls_old_version",
          .summary = "nothing newer than TLS 1.1 is spoken",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::old_version; }}};
}

}  // namespace fleetsim::platform::misbehaviour
