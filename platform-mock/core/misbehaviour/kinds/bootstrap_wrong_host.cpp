#include "platform-mock/core/endpoint_body.hpp"
#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_wrong_host() {
  static constexpr Parameter parameters[] = {text_parameter("host", "to name", "127.255.255.254")};
  return {.name = "bootstrap_wrong_host",
          .summary = "an endpoint with a host where nothing listens",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{
              .concerns = [](const Arguments&, const BootstrapAnswer& situation) { return !situation.host.empty(); },
              .act = [](const Arguments& arguments,
                        BootstrapAnswer& situation) { write_endpoint_body(situation.body, arguments.text("host"), situation.port); }}};
}

}  // namespace fleetsim::platform::misbehaviour
