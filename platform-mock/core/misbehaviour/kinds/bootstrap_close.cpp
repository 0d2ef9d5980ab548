#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

void act(const Arguments&, BootstrapAnswer& situation) { situation.delivery.cut = Delivery::Cut::everything; }

}  // namespace

Kind bootstrap_close() {
  return {
      .name = "bootstrap_close", .summary = "the connection is closed without a word", .behaviour = Behaviour<BootstrapAnswer>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
