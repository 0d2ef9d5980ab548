#include <chrono>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"
#include "platform-mock/core/misbehaviour/kinds/packet_word.hpp"

namespace fleetsim::platform::misbehaviour {

Kind mqtt_late() {
  static constexpr std::string_view packets[] = {"puback", "connack", "suback", "unsuback", "pingresp", "reply", "notify", "message"};
  static constexpr Parameter parameters[] = {choice_parameter("packet", "which", packets),
                                             duration_parameter("delay", "before each", std::chrono::seconds{3})};
  return {.name = "mqtt_late",
          .summary = "packets that come late; a late CONNACK holds back what follows it",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{
              .concerns = [](const Arguments& arguments,
                             const OutgoingPacket& situation) { return arguments.choice("packet") == packet_word(situation.kind); },
              .act = [](const Arguments& arguments, OutgoingPacket& situation) { situation.delay += arguments.duration("delay"); }}};
}

}  // namespace fleetsim::platform::misbehaviour
