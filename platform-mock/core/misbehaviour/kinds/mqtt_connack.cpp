#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr Parameter parameters[] = {whole_parameter("code", "CONNACK return code", {.standard = 3, .min = 1, .max = 255})};

void act(const Arguments& arguments, ConnectAnswer& situation) {
  situation.decision = ConnectAnswer::Decision::refuse;
  situation.code = static_cast<std::uint8_t>(arguments.whole("code"));
}

}  // namespace

Kind mqtt_connack() {
  return {.name = "mqtt_connack",
          .summary = "the CONNECT is refused with a code",
          .parameters = parameters,
          .behaviour = Behaviour<ConnectAnswer>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
