// How SDKs without a JSON parser look a value up: the first "name" in quotes anywhere in the text, and what stands behind its colon. No
// nesting, no white space: after `"host": "x"` the value is ` "x"`, quotes and all. For firmware profiles that behave so; everything else
// reads JSON with json_reader.hpp.
//
//   const auto host = find_flat(body, "host");   // {"a":{"host":"x"}} gives x
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace fleetsim::device {

/// A string without its quotes, or everything up to the next ',', '}' or ']'. Nothing when the name is missing, is not followed by its
/// colon at once, or its value has no end.
constexpr std::optional<std::string_view> find_flat(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; at + name.size() + 2 < text.size(); ++at) {
    std::string_view rest(text.data() + at, text.size() - at);
    if (rest.front() != '"') continue;
    rest.remove_prefix(1);
    if (!rest.starts_with(name) || rest.size() <= name.size() || rest[name.size()] != '"') continue;
    rest.remove_prefix(name.size() + 1);
    if (rest.size() < 2 || rest.front() != ':') return std::nullopt;
    rest.remove_prefix(1);
    const bool quoted = rest.front() == '"';
    if (quoted) rest.remove_prefix(1);
    for (std::size_t size = 0; size < rest.size(); ++size) {
      const char c = rest[size];
      const bool ends = quoted ? c == '"' : c == ',' || c == '}' || c == ']';
      if (ends) return std::string_view(rest.data(), size);
    }
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace fleetsim::device
