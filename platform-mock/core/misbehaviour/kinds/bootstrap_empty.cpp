#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

void act(const Arguments&, BootstrapAnswer& situation) { situation.body.clear(); }

}  // namespace

Kind bootstrap_empty() {
  return {.name = "bootstrap_empty", .summary = "200 with an empty body", .behaviour = Behaviour<BootstrapAnswer>{.act = act}};
}

}  // namespace fleetsim::platform::misbehaviour
