#include "platform-mock/core/endpoint_body.hpp"
#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_same_host() {
  return {.name = "bootstrap_same_host",
          .summary = "the endpoint that the device is being moved away from, or has been",
          .behaviour = Behaviour<BootstrapAnswer>{
              .concerns = [](const Arguments&,
                             const BootstrapAnswer& situation) { return !situation.host.empty() && !situation.old_host.empty(); },
              .act = [](const Arguments&,
                        BootstrapAnswer& situation) { write_endpoint_body(situation.body, situation.old_host, situation.old_port); }}};
}

}  // namespace fleetsim::platform::misbehaviour
