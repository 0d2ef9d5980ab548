#include <chrono>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind mqtt_close() {
  static constexpr std::string_view moments[] = {"connect", "online"};
  static constexpr Parameter parameters[] = {
      choice_parameter("at", "at the CONNECT, without an answer, or once the device is online", moments),
      duration_parameter("after", "the CONNACK, when it is online", std::chrono::seconds{0})};
  return {.name = "mqtt_close",
          .summary = "the connection is closed without a word, instead of the CONNACK or some time after it",
          .parameters = parameters,
          .behaviour = Behaviour<ConnectAnswer>{.act = [](const Arguments& arguments, ConnectAnswer& situation) {
            if (arguments.choice("at") == "connect") {
              situation.decision = ConnectAnswer::Decision::close;
            } else {
              situation.ends_after = arguments.duration("after");
              situation.ending = ConnectAnswer::Ending::close;
            }
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
