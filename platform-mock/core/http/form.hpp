// Fields of a form body (application/x-www-form-urlencoded), read in place.
//
//   FormField<32> name;
//   if (name.read(body, "deviceName") == FormPresence::found) use(name.view());
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fleetsim::platform {

enum class FormPresence : std::uint8_t { absent, found, too_long };

/// The first value of `name`, raw; nothing when the form has no such field.
std::optional<std::string_view> form_raw_value(std::string_view form, std::string_view name);
/// Decodes %XX and '+'; a '%' without two hex digits stands for itself, as do the ':' and '@' that devices send bare.
/// Returns the length, or nothing when it does not fit.
std::optional<std::size_t> form_decode(std::string_view raw, std::span<char> out);

template <std::size_t N>
class FormField {
 public:
  FormPresence read(std::string_view form, std::string_view name) {
    size_ = 0;
    const auto raw = form_raw_value(form, name);
    if (!raw) return FormPresence::absent;
    const auto length = form_decode(*raw, text_);
    if (!length) return FormPresence::too_long;
    size_ = *length;
    return FormPresence::found;
  }
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, N> text_{};
  std::size_t size_ = 0;
};

}  // namespace fleetsim::platform
