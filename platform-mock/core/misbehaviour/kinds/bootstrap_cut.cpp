#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_cut() {
  static constexpr std::string_view parts[] = {"body", "headers"};
  static constexpr Parameter parameters[] = {choice_parameter("within", "what is cut", parts)};
  return {.name = "bootstrap_cut",
          .summary = "the connection is closed in the middle of the answer",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            situation.delivery.cut = arguments.choice("within") == "headers" ? Delivery::Cut::headers : Delivery::Cut::body;
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
