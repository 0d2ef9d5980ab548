#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_silent() {
  return {.name = "tls_silent",
          .summary = "the handshake is never answered",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.conduct = HandshakeConduct::silent; }}};
}

}  // namespace fleetsim::platform::misbehaviour
