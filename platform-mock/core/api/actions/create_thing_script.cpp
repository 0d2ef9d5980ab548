#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/thing_script.hpp"

namespace fleetsim::platform {

ActionResult create_thing_script(ActionCall& call) { return store_script(call, ScriptChange::create); }

}  // namespace fleetsim::platform
