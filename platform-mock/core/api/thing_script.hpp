// The parsing script of a product, as it is stored (never run): what CreateThingScript and UpdateThingScript share.
//
//   return store_script(call, ScriptChange::create);
#pragma once

#include <cstdint>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

enum class ScriptChange : std::uint8_t { create, update };

/// ScriptContent and ScriptType of the product of ProductKey. What is created must not be there, what is updated must.
ActionResult store_script(ActionCall& call, ScriptChange change);

}  // namespace fleetsim::platform
