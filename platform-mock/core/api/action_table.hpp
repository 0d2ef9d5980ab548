// Every action that is served: its name, its code, where it is answered and how often an account may call it.
//
//   if (auto row = find_action("QueryDevice")) action_table()[*row].run(call);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

enum class ActionRegion : std::uint8_t {
  any,
  shanghai,  // device distribution is answered at iot.cn-shanghai alone, wherever the devices are
};

/// The figure that no document tells: ApiConfig::qps_undocumented.
inline constexpr std::uint32_t qps_undocumented = 0;

struct ActionRow {
  std::string_view name;
  ActionHandler run = nullptr;
  ActionRegion region = ActionRegion::any;
  std::uint32_t qps = qps_undocumented;
};

/// In the order of their names.
std::span<const ActionRow> action_table();
/// The row's position.
std::optional<std::size_t> find_action(std::string_view name);

}  // namespace fleetsim::platform
