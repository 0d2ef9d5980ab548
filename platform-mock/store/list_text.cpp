#include "platform-mock/store/list_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/error_code.hpp>

#include "platform-mock/store/json_string.hpp"

namespace fleetsim::platform {

std::string list_text(const std::vector<std::string>& list) {
  boost::json::array array;
  for (const std::string& text : list) array.emplace_back(text);
  return boost::json::serialize(array);
}

std::optional<std::vector<std::string>> list_in(std::string_view text) {
  boost::system::error_code failed;
  const boost::json::value array = boost::json::parse({text.data(), text.size()}, failed);
  if (failed || !array.is_array()) return std::nullopt;
  std::vector<std::string> list;
  for (const boost::json::value& entry : array.get_array()) {
    if (!entry.is_string()) return std::nullopt;
    list.emplace_back(view_of(entry.get_string()));
  }
  return list;
}

}  // namespace fleetsim::platform
