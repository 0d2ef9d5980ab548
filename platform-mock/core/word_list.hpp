// Lists of words in one text, as headers and forms have them.
//
//   if (lists("mqtt,http", ',', "mqtt")) ...
#pragma once

#include <string_view>

namespace fleetsim::platform {

constexpr bool lists(std::string_view list, char separator, std::string_view word) {
  while (!list.empty()) {
    const std::size_t end = list.find(separator);
    if (list.substr(0, end) == word) return true;
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
  }
  return false;
}

}  // namespace fleetsim::platform
