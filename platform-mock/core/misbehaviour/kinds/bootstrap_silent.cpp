#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_silent() {
  return {.name = "bootstrap_silent",
          .summary = "no answer; the connection stays",
          .behaviour =
              Behaviour<BootstrapAnswer>{.act = [](const Arguments&, BootstrapAnswer& situation) { situation.delivery.silent = true; }}};
}

}  // namespace fleetsim::platform::misbehaviour
