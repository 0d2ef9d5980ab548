#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr Parameter parameters[] = {whole_parameter("copies", "in all", {.standard = 2, .min = 2, .max = 16})};

bool concerns(const Arguments&, const OutgoingPacket& situation) { return situation.kind == PacketKind::notify; }

void act(const Arguments& arguments, OutgoingPacket& situation) {
  situation.copies = static_cast<std::uint32_t>(arguments.whole("copies"));
}

}  // namespace

Kind notify_duplicate() {
  return {.name = "notify_duplicate",
          .summary = "the notify comes several times",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{.concerns = concerns, .act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
