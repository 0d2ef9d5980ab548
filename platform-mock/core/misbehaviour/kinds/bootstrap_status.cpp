#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr Parameter parameters[] = {whole_parameter("status", "HTTP status", {.standard = 503, .min = 400, .max = 599})};

void act(const Arguments& arguments, BootstrapAnswer& situation) {
  situation.status = static_cast<std::uint16_t>(arguments.whole("status"));
  situation.body = R"({"message":"out of order"})";
}

}  // namespace

Kind bootstrap_status() {
  return {.name = "bootstrap_status",
          .summary = "an HTTP status instead of the answer",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
