#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_close() {
  return {.name = "bootstrap_close",
          .summary = "the connection is closed without a word",
          .behaviour = Behaviour<BootstrapAnswer>{
              .act = [](const Arguments&, BootstrapAnswer& situation) { situation.delivery.cut = Delivery::Cut::everything; }}};
}

}  // namespace fleetsim::platform::misbehaviour
