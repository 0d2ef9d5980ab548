#include <chrono>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind mqtt_kick() {
  static constexpr Parameter parameters[] = {duration_parameter("after", "the CONNACK; 0: at once", std::chrono::seconds{0})};
  return {.name = "mqtt_kick",
          .summary = "the session is ended as if the device had connected elsewhere",
          .parameters = parameters,
          .behaviour = Behaviour<ConnectAnswer>{.act = [](const Arguments& arguments, ConnectAnswer& situation) {
            situation.ends_after = arguments.duration("after");
            situation.ending = ConnectAnswer::Ending::kick;
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
