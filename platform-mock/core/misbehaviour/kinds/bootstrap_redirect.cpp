#include <string>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_redirect() {
  static constexpr Parameter parameters[] = {whole_parameter("status", "HTTP status", {.standard = 302, .min = 300, .max = 399}),
                                             text_parameter("location", "where to", "https://127.0.0.1:9/auth/bootstrap")};
  return {.name = "bootstrap_redirect",
          .summary = "a redirect with a Location",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            situation.status = static_cast<std::uint16_t>(arguments.whole("status"));
            situation.body.clear();
            situation.more_headers.append("Location: ").append(arguments.text("location")).append("\r\n");
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
