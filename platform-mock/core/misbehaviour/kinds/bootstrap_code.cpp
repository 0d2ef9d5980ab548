#include <string>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_code() {
  static constexpr Parameter parameters[] = {whole_parameter("code", "in the body", {.standard = 6100, .min = 1, .max = 999999}),
                                             text_parameter("message", "beside it", "device not found")};
  return {.name = "bootstrap_code",
          .summary = "200 with an error code in the body",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = [](const Arguments& arguments, BootstrapAnswer& situation) {
            situation.body.assign(R"({"code":)")
                .append(std::to_string(arguments.whole("code")))
                .append(R"(,"message":")")
                .append(arguments.text("message"))
                .append("\"}");
          }}};
}

}  // namespace fleetsim::platform::misbehaviour
