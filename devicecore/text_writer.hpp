// Writes text into bytes that somebody lent: a JSON envelope, a request head, a client id. Never past the end: an overflow is
// remembered and asked for once, at the end.
//
//   TextWriter text(workspace.scratch());
//   text.put("Content-Length: ").put_number(size).put("\r\n");
//   if (text.overflowed()) return too_large();
//   workspace.keep(text.size());
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::device {

enum class HexCase : std::uint8_t { upper, lower };

class TextWriter {
 public:
  explicit TextWriter(MutableBytes out) : out_(out) {}

  TextWriter& put(char c) {
    if (size_ == out_.size()) {
      overflowed_ = true;
    } else {
      out_[size_++] = static_cast<std::uint8_t>(c);
    }
    return *this;
  }
  TextWriter& put(std::string_view text) {
    for (const char c : text) put(c);
    return *this;
  }
  TextWriter& put_number(std::uint64_t value) {
    std::array<char, 20> digits{};  // 18446744073709551615
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count > 0) put(digits[--count]);
    return *this;
  }
  /// Two hex digits a byte.
  TextWriter& put_hex(ByteView bytes, HexCase letters = HexCase::upper) {
    const std::string_view digits = letters == HexCase::upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (const std::uint8_t byte : bytes) put(digits[byte >> 4]).put(digits[byte & 0x0fU]);
    return *this;
  }

  bool overflowed() const { return overflowed_; }
  std::size_t size() const { return size_; }
  ByteView bytes() const { return out_.first(size_); }
  std::string_view text() const { return text_of(bytes()); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace fleetsim::device
