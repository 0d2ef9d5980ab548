#include "platform-mock/core/json_text.hpp"

namespace fleetsim::platform {

/// Plain runs are copied whole: almost every text is one.
void append_json_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_quoted = byte == '"' || byte == '\\';
    if (byte >= 0x20 && !is_quoted) continue;
    out.append(text.substr(plain_from, i - plain_from));
    plain_from = i + 1;
    out.push_back('\\');
    if (is_quoted) {
      out.push_back(text[i]);
    } else {
      out.append("u00");
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 0x0fU]);
    }
  }
  out.append(text.substr(plain_from));
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  append_json_escaped(out, text);
  out.push_back('"');
}

}  // namespace fleetsim::platform
