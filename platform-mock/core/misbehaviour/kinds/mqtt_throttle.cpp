#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind mqtt_throttle() {
  static constexpr Parameter parameters[] = {whole_parameter("per_second", "messages that pass", {.standard = 0, .min = 0, .max = 100000})};
  return {.name = "mqtt_throttle",
          .summary = "what a device publishes faster than this is acknowledged and dropped",
          .parameters = parameters,
          .behaviour = Behaviour<UplinkMessage>{.act = [](const Arguments& arguments, UplinkMessage& situation) {
            if (situation.window != situation.second) situation.in_window = 0;
            situation.window = situation.second;
            situation.dropped = ++situation.in_window > arguments.whole("per_second");
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
