// JSON for firmware: jsmn's tokens with just enough around them to walk an object. No copy, no heap; a text with more than
// limits::json_tokens_max tokens is not read.
//
//   JsonReader json;
//   if (!json.parse(text)) return malformed();
//   auto port = json.find(json.find(json.root(), "mqtt"), "port");   // a missing member of a missing member is missing
//   if (port) use(json.text(port));
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/limits.hpp"

namespace fleetsim::device {

enum class JsonKind : std::uint8_t { missing, object, array, string, primitive };

/// A value of the document, or none.
class JsonValue {
 public:
  constexpr JsonValue() = default;
  constexpr explicit JsonValue(std::uint8_t token) : token_(token) {}
  constexpr explicit operator bool() const { return token_ != none; }
  constexpr std::uint8_t token() const { return token_; }

 private:
  static constexpr std::uint8_t none = 0xff;
  static_assert(limits::json_tokens_max < none);
  std::uint8_t token_ = none;
};

// Not set to zero first: what is read of tokens_ was written before, and every message would pay for it.
class JsonReader {  // NOLINT(cppcoreguidelines-pro-type-member-init)
 public:
  /// True when `text` is one JSON object. `text` must outlive the reader.
  bool parse(std::string_view text);

  JsonValue root() const { return JsonValue{0}; }
  /// The first member of that name; missing when `object` is missing or is no object. Names with escapes are not recognised.
  JsonValue find(JsonValue object, std::string_view name) const;
  JsonKind kind(JsonValue value) const;
  /// As it stands in the document, without the quotes of a string; escapes are left alone. Empty when missing.
  std::string_view text(JsonValue value) const;
  /// A string with its quotes, anything else as text().
  std::string_view verbatim(JsonValue value) const;

 private:
  struct Token {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint16_t size;  // members of an object, elements of an array, 1 for a member's name
    JsonKind kind;
  };
  std::size_t next_sibling(std::size_t token) const;
  bool is_well_formed() const;

  std::string_view text_;
  std::array<Token, limits::json_tokens_max> tokens_;
  std::size_t count_ = 0;
};

}  // namespace fleetsim::device
