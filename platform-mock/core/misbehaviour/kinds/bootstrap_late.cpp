#include <chrono>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr Parameter parameters[] = {duration_parameter("delay", "before the answer", std::chrono::seconds{5})};

void act(const Arguments& arguments, BootstrapAnswer& situation) { situation.delivery.delay = arguments.duration("delay"); }

}  // namespace

Kind bootstrap_late() {
  return {.name = "bootstrap_late",
          .summary = "the answer comes late",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
