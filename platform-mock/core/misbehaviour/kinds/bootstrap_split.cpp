#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_split() {
  return {.name = "bootstrap_split",
          .summary = "the answer comes in many writes, a byte each",
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments&, BootstrapAnswer& situation) {
            situation.delivery.piece_bytes = 1;
            situation.delivery.every = Duration{0};
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
