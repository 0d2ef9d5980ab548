#include <chrono>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_late() {
  static constexpr Parameter parameters[] = {duration_parameter("delay", "before the answer", std::chrono::seconds{5})};
  return {.name = "bootstrap_late",
          .summary = "the answer comes late",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            situation.delivery.delay = arguments.duration("delay");
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
