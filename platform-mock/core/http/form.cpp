#include "platform-mock/core/http/form.hpp"

#include "platform-mock/core/digits.hpp"

namespace fleetsim::platform {
std::optional<std::string_view> form_raw_value(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const std::size_t end = form.find('&');
    const std::string_view pair = form.substr(0, end);
    form = end == std::string_view::npos ? std::string_view{} : form.substr(end + 1);
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    return equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
  }
  return std::nullopt;
}

std::optional<std::size_t> form_decode(std::string_view raw, std::span<char> out) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (used == out.size()) return std::nullopt;
    char c = raw[i];
    if (c == '+') c = ' ';
    if (c == '%' && raw.size() - i > 2) {
      const int high = hex_value(raw[i + 1]);
      const int low = hex_value(raw[i + 2]);
      if (high >= 0 && low >= 0) {
        c = static_cast<char>(high * 16 + low);
        i += 2;
      }
    }
    out[used++] = c;
  }
  return used;
}

}  // namespace fleetsim::platform
