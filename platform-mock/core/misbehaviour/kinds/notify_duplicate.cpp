#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind notify_duplicate() {
  static constexpr Parameter parameters[] = {whole_parameter("copies", "in all", {.standard = 2, .min = 2, .max = 16})};
  return {.name = "notify_duplicate",
          .summary = "the notify comes several times",
          .parameters = parameters,
          .behaviour = Behaviour<OutgoingPacket>{
              .concerns = [](const Arguments&, const OutgoingPacket& situation) { return situation.kind == PacketKind::notify; },
              .act = [](const Arguments& arguments,
                        OutgoingPacket& situation) { situation.copies = static_cast<std::uint32_t>(arguments.whole("copies")); }}};
}

}  // namespace fleetsim::platform::misbehaviour
