#include <algorithm>
#include <boost/json/parser.hpp>
#include <cctype>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

bool is_json_object(std::string_view text) {
  boost::json::error_code error;
  boost::json::parser parser;
  parser.write({text.data(), text.size()}, error);
  return !error && parser.release().is_object();
}

bool is_service_name(std::string_view text) {
  constexpr std::size_t bytes_max = 128;
  return !text.empty() && text.size() <= bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
}

}  // namespace fleetsim::platform
