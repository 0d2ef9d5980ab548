#include <chrono>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_slow() {
  static constexpr Parameter parameters[] = {whole_parameter("piece_bytes", "at a time", {.standard = 10, .min = 1, .max = 65536}),
                                             duration_parameter("every", "from one piece to the next", std::chrono::milliseconds{100})};
  return {.name = "bootstrap_slow",
          .summary = "the answer drips",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            situation.delivery.piece_bytes = static_cast<std::size_t>(arguments.whole("piece_bytes"));
            situation.delivery.every = arguments.duration("every");
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
