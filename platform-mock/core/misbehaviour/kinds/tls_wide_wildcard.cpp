#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_wide_wildcard() {
  return {.name = "tls_wide_wildcard",
          .summary = "the certificate is for wildcards that would have to stand for two labels",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.fault = CertificateFault::wide_wildcard; }}};
}

}  // namespace fleetsim::platform::misbehaviour
