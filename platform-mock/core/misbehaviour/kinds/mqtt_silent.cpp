#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"
#include "platform-mock/core/misbehaviour/kinds/packet_word.hpp"

namespace fleetsim::platform::misbehaviour {

Kind mqtt_silent() {
  static constexpr std::string_view packets[] = {"puback", "suback", "unsuback", "pingresp", "reply", "notify", "message"};
  static constexpr Parameter parameters[] = {choice_parameter("packet", "which", packets)};
  return {.name = "mqtt_silent",
          .summary = "packets that never come",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{
              .concerns = [](const Arguments& arguments,
                             const OutgoingPacket& situation) { return arguments.choice("packet") == packet_word(situation.kind); },
              .act = [](const Arguments&, OutgoingPacket& situation) { situation.dropped = true; }}};
}

}  // namespace fleetsim::platform::misbehaviour
