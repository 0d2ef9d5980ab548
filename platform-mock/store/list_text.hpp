// A list of texts as JSON text.
//
//   std::string text = list_text({"1.0", "1.1"});               // ["1.0","1.1"]
//   std::optional<std::vector<std::string>> list = list_in(text);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fleetsim::platform {

std::string list_text(const std::vector<std::string>& list);
/// Nothing when it is no such text.
std::optional<std::vector<std::string>> list_in(std::string_view text);

}  // namespace fleetsim::platform
