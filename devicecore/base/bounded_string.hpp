// Text of at most N bytes, stored in place: no heap, trivially copyable.
//
//   BoundedString<64> host;
//   if (!host.assign(answer)) return too_long();
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fleetsim {

template <std::size_t N>
class BoundedString {
  static_assert(N > 0 && N <= 255, "the length is kept in one byte");

 public:
  static constexpr std::size_t capacity = N;

  constexpr BoundedString() = default;

  /// Returns false, and leaves the string as it was, when `text` is longer than N bytes.
  constexpr bool assign(std::string_view text) {
    if (text.size() > N) return false;
    for (std::size_t i = 0; i < text.size(); ++i) bytes_[i] = text[i];
    size_ = static_cast<std::uint8_t>(text.size());
    return true;
  }
  constexpr void clear() { size_ = 0; }

  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }

  friend constexpr bool operator==(const BoundedString& a, const BoundedString& b) { return a.view() == b.view(); }
  friend constexpr auto operator<=>(const BoundedString& a, const BoundedString& b) { return a.view() <=> b.view(); }

 private:
  std::array<char, N> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace fleetsim
