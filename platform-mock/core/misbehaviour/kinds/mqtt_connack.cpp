#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind mqtt_connack() {
  static constexpr Parameter parameters[] = {whole_parameter("code", "CONNACK return code", {.standard = 3, .min = 1, .max = 255})};
  return {.name = "mqtt_connack",
          .summary = "the CONNECT is refused with a code",
          .parameters = parameters,
          .behaviour = Behaviour<ConnectAnswer>{.act = [](const Arguments& arguments, ConnectAnswer& situation) {
            situation.decision = ConnectAnswer::Decision::refuse;
            situation.code = static_cast<std::uint8_t>(arguments.whole("code"));
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
