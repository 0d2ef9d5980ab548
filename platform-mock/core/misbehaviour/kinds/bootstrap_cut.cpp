#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

constexpr std::string_view parts[] = {"body", "headers"};
constexpr Parameter parameters[] = {choice_parameter("within", "what is cut", parts)};

void act(const Arguments& arguments, BootstrapAnswer& situation) {
  situation.delivery.cut = arguments.choice("within") == "headers" ? Delivery::Cut::headers : Delivery::Cut::body;
}

}  // namespace

Kind bootstrap_cut() {
  return {.name = "bootstrap_cut",
          .summary = "the connection is closed in the middle of the answer",
          .parameters = parameters,
          .behaviour = Behaviour<BootstrapAnswer>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
