#include "sim/scenario/device_naming.hpp"

#include <charconv>
#include <fmt/format.h>

namespace fleetsim::sim {

std::string derived_device_name(std::string_view prefix, std::uint64_t index) {
  return fmt::format("{}{:0{}}", prefix, index, device_index_digits);
}

std::optional<std::uint64_t> derived_index(std::string_view prefix, std::string_view device_name) {
  if (!device_name.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = device_name.substr(prefix.size());
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  // "meter-42" and "meter-0000042" hold the same number, and no device has such a name.
  if (derived_device_name(prefix, index) != device_name) return std::nullopt;
  return index;
}

bool names_device(std::string_view text, std::string_view product_key, std::string_view device_name) {
  if (text == device_name) return true;
  return text.size() == product_key.size() + 1 + device_name.size() && text.starts_with(product_key) && text[product_key.size()] == '/' &&
         text.ends_with(device_name);
}

}  // namespace fleetsim::sim
