#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind tls_in_pieces() {
  return {.name = "tls_in_pieces",
          .summary = "what the server says in the session leaves seven bytes at a time",
          .behaviour = Behaviour<TlsHandshake>{
              .act = [](const Arguments&, TlsHandshake& situation) { situation.conduct = HandshakeConduct::in_pieces; }}};
}

}  // namespace fleetsim::platform::misbehaviour
