#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_empty() {
  return {.name = "bootstrap_empty",
          .summary = "200 with an empty body",
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments&, BootstrapAnswer& situation) { situation.body.clear(); }}};
}

}  // namespace fleetsim::platform::misbehaviour
