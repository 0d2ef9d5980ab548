// The one list of kinds of misbehaviour.
#pragma once

#include <span>
#include <string_view>

#include "platform-mock/core/misbehaviour/kind.hpp"

namespace fleetsim::platform::misbehaviour {

/// In the order in which people read them.
std::span<const Kind> kinds();
/// Null when there is none of that name.
const Kind* find_kind(std::string_view name);

}  // namespace fleetsim::platform::misbehaviour
