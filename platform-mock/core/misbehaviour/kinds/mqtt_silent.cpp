#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"
#include "platform-mock/core/misbehaviour/kinds/packet_word.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr std::string_view packets[] = {"puback", "suback", "unsuback", "pingresp", "reply", "notify", "message"};
constexpr Parameter parameters[] = {choice_parameter("packet", "which", packets)};

bool concerns(const Arguments& arguments, const OutgoingPacket& situation) {
  return arguments.choice("packet") == packet_word(situation.kind);
}

void act(const Arguments&, OutgoingPacket& situation) { situation.dropped = true; }

}  // namespace

Kind mqtt_silent() {
  return {.name = "mqtt_silent",
          .summary = "packets that never come",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{.concerns = concerns, .act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
