#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_plain_text() {
  return {.name = "tls_plain_text",
          .summary = "the handshake is answered without TLS, and closed",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.conduct = HandshakeConduct::plain_text; }}};
}

}  // namespace fleetsim::platform::misbehaviour
