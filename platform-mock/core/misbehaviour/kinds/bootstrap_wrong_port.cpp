#include "platform-mock/core/endpoint_body.hpp"
#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_wrong_port() {
  static constexpr Parameter parameters[] = {whole_parameter("port", "to name", {.standard = 9, .min = 1, .max = 65535})};
  return {.name = "bootstrap_wrong_port",
          .summary = "an endpoint with a port where nothing listens",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{
              .concerns = [](const Arguments&, const BootstrapAnswer& situation) { return !situation.host.empty(); },
              .act =
                  [](const Arguments& arguments, BootstrapAnswer& situation) {
                    write_endpoint_body(situation.body, situation.host, static_cast<std::uint16_t>(arguments.whole("port")));
                  }}};
}

}  // namespace fleetsim::platform::misbehaviour
