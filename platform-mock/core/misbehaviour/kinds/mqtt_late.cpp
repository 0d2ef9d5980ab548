#include <chrono>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"
#include "platform-mock/core/misbehaviour/kinds/packet_word.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr std::string_view packets[] = {"puback", "connack", "suback", "unsuback", "pingresp", "reply", "notify", "message"};
constexpr Parameter parameters[] = {choice_parameter("packet", "which", packets),
                                    duration_parameter("delay", "before each", std::chrono::seconds{3})};

bool concerns(const Arguments& arguments, const OutgoingPacket& situation) {
  return arguments.choice("packet") == packet_word(situation.kind);
}

void act(const Arguments& arguments, OutgoingPacket& situation) { situation.delay += arguments.duration("delay"); }

}  // namespace

Kind mqtt_late() {
  return {.name = "mqtt_late",
          .summary = "packets that come late; a late CONNACK holds back what follows it",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{.concerns = concerns, .act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
