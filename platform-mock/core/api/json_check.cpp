#include <boost/json/parser.hpp>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

bool is_json_object(std::string_view text) {
  boost::json::error_code error;
  boost::json::parser parser;
  parser.write({text.data(), text.size()}, error);
  return !error && parser.release().is_object();
}

}  // namespace fleetsim::platform
