#include "platform-mock/core/endpoint_body.hpp"
#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr Parameter parameters[] = {text_parameter("host", "to name", "127.255.255.254")};

bool concerns(const Arguments&, const BootstrapAnswer& situation) { return !situation.host.empty(); }

void act(const Arguments& arguments, BootstrapAnswer& situation) {
  write_endpoint_body(situation.body, arguments.text("host"), situation.port);
}

}  // namespace

Kind bootstrap_wrong_host() {
  return {.name = "bootstrap_wrong_host",
          .summary = "an endpoint with a host where nothing listens",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.concerns = concerns, .act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
