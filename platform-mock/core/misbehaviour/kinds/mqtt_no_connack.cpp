#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind mqtt_no_connack() {
  return {.name = "mqtt_no_connack",
          .summary = "no CONNACK; the connection stays",
          .behaviour = Behaviour<ConnectAnswer>{
              .act = [](const Arguments&, ConnectAnswer& situation) { situation.decision = ConnectAnswer::Decision::stay_silent; }}};
}

}  // namespace fleetsim::platform::misbehaviour
