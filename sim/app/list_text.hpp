// What `fleetsim list` prints: the words that a scenario may use, taken from the code that reads them.
//
//   std::string text = list_text("metrics");
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fleetsim::sim {

std::span<const std::string_view> list_parts();
/// Of one part; of all when `part` is empty.
std::string list_text(std::string_view part);

}  // namespace fleetsim::sim
