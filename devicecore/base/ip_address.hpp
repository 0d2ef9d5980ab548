// An IP address, 128 bits wide inside; IPv4 is kept v4-mapped (::ffff:a.b.c.d), so one type serves both.
//
//   auto address = IpAddress::parse("203.0.113.7");
//   if (address && address->is_v4()) use(address->v4());
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fleetsim {

class IpAddress {
 public:
  static constexpr std::size_t text_bytes_max = 45;  // RFC 4291 §2.2, with an embedded IPv4

  constexpr IpAddress() = default;  // ::
  constexpr explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}

  /// `host_order` 0x7f000001 is 127.0.0.1.
  static constexpr IpAddress from_v4(std::uint32_t host_order) {
    std::array<std::uint8_t, 16> b{};
    b[10] = 0xff;
    b[11] = 0xff;
    for (std::size_t i = 0; i < 4; ++i) b[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    return IpAddress{b};
  }

  /// Dotted quad or RFC 4291 text; nothing when it is neither.
  static std::optional<IpAddress> parse(std::string_view text);

  constexpr bool is_v4() const {
    for (std::size_t i = 0; i < 10; ++i)
      if (bytes_[i] != 0) return false;
    return bytes_[10] == 0xff && bytes_[11] == 0xff;
  }
  /// Host order. Precondition: is_v4().
  constexpr std::uint32_t v4() const {
    std::uint32_t value = 0;
    for (std::size_t i = 12; i < 16; ++i) value = (value << 8) | bytes_[i];
    return value;
  }
  constexpr const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  /// Writes text form to `out` and returns the part used.
  std::string_view format(std::span<char, text_bytes_max> out) const;

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace fleetsim
