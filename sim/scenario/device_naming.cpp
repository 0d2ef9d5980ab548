#include "sim/scenario/device_naming.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace fleetsim::sim {
namespace {

/// An index as it stands in a name. Names are made for each of a million devices, and compared with each event: no formatting library.
class IndexDigits {
 public:
  explicit IndexDigits(std::uint64_t index) {
    digits_.fill('0');
    const auto end = std::to_chars(digits_.data() + zeros, digits_.data() + digits_.size(), index).ptr;
    const auto written = static_cast<std::size_t>(end - digits_.data()) - zeros;
    size_ = std::max<std::size_t>(written, device_index_digits);
    first_ = zeros + written - size_;
  }
  std::string_view view() const { return {digits_.data() + first_, size_}; }

 private:
  static constexpr std::size_t zeros = device_index_digits;
  static constexpr std::size_t longest = std::numeric_limits<std::uint64_t>::digits10 + 1;
  std::array<char, zeros + longest> digits_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace

std::string derived_device_name(std::string_view prefix, std::uint64_t index) {
  const IndexDigits digits(index);
  std::string name;
  name.reserve(prefix.size() + digits.view().size());
  return name.append(prefix).append(digits.view());
}

bool is_derived_name(std::string_view prefix, std::uint64_t index, std::string_view device_name) {
  return device_name.starts_with(prefix) && device_name.substr(prefix.size()) == IndexDigits(index).view();
}

std::optional<std::uint64_t> derived_index(std::string_view prefix, std::string_view device_name) {
  if (!device_name.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = device_name.substr(prefix.size());
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  // "meter-42" and "meter-0000042" hold the same number, and no device has such a name.
  if (digits != IndexDigits(index).view()) return std::nullopt;
  return index;
}

bool names_device(std::string_view text, std::string_view product_key, std::string_view device_name) {
  if (text == device_name) return true;
  return text.size() == product_key.size() + 1 + device_name.size() && text.starts_with(product_key) && text[product_key.size()] == '/' &&
         text.ends_with(device_name);
}

}  // namespace fleetsim::sim
