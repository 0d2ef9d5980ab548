// Why the platform refuses what somebody asked of it: the platform's own code, and words for people.
//
//   return fail(refusal("iot.system.InstanceIdSame", "source and target are both " + quoted("iotx-oxssharez200")));
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform-mock/core/counts/limit_kind.hpp"

namespace fleetsim::platform {

struct PlatformError {
  std::string code;                     // iot.system.InstanceIdSame, …
  std::string message;                  // what, which, what was expected
  std::optional<LimitKind> limit = {};  // that was reached
};

inline PlatformError refusal(std::string_view code, std::string message) { return {std::string{code}, std::move(message)}; }

/// A name as messages show it.
inline std::string quoted(std::string_view text) { return "\"" + std::string{text} + "\""; }

}  // namespace fleetsim::platform
