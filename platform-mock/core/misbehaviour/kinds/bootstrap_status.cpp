#include <string>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_status() {
  static constexpr Parameter parameters[] = {whole_parameter("status", "HTTP status", {.standard = 503, .min = 400, .max = 599}),
                                             whole_parameter("retry_after", "seconds that Retry-After asks for; 0: there is no such header",
                                                             {.standard = 0, .min = 0, .max = 86400})};
  return {.name = "bootstrap_status",
          .summary = "an HTTP status instead of the answer",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            situation.status = static_cast<std::uint16_t>(arguments.whole("status"));
            situation.body = R"({"message":"out of order"})";
            const std::int64_t retry_after = arguments.whole("retry_after");
            if (retry_after > 0) situation.more_headers += "Retry-After: " + std::to_string(retry_after) + "\r\n";
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
