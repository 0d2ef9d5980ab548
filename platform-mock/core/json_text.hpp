// Text as JSON wants it: quotes, backslashes and control characters escaped, everything else as it is.
//
//   append_json_string(out, "a\"b");   // "a\"b" with its quotes
#pragma once

#include <string>
#include <string_view>

namespace fleetsim::platform {

/// Without quotes around it.
void append_json_escaped(std::string& out, std::string_view text);
void append_json_string(std::string& out, std::string_view text);

}  // namespace fleetsim::platform
