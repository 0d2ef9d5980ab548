// Text as Boost.JSON has it, whose views are of another type than the standard's.
//
//   object["name"] = json_string(name);
//   std::string_view name = view_of(value.get_string());
#pragma once

#include <boost/json/string.hpp>
#include <string_view>

namespace fleetsim::platform {

inline boost::json::string json_string(std::string_view text) { return boost::json::string(text.data(), text.size()); }
inline std::string_view view_of(const boost::json::string& text) { return {text.data(), text.size()}; }

}  // namespace fleetsim::platform
