#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_status() {
  static constexpr Parameter parameters[] = {whole_parameter("status", "HTTP status", {.standard = 503, .min = 400, .max = 599})};
  return {.name = "bootstrap_status",
          .summary = "an HTTP status instead of the answer",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            situation.status = static_cast<std::uint16_t>(arguments.whole("status"));
            situation.body = R"({"message":"out of order"})";
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
