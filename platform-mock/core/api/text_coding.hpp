// The text forms that signed requests are made of: percent-encoding, base64, hexadecimal digits.
//
//   append_percent_encoded(out, "a b*");             // a%20b%2A
//   auto text = decode_base64("aGVsbG8=");           // hello; nothing when it is malformed
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/ports.hpp"

namespace fleetsim::platform {

/// RFC 3986: letters, digits and - _ . ~ stay, every other byte becomes %XX.
void append_percent_encoded(std::string& out, std::string_view text);
std::string percent_encoded(std::string_view text);
/// %XX and '+' decoded, as a form has them; a '%' without two hex digits stands for itself.
void append_form_decoded(std::string& out, std::string_view text);
/// The same where a '+' stands for itself.
std::string percent_decoded(std::string_view text);

std::string base64_of(ByteView bytes);
/// RFC 4648 §4, with its padding; nothing when the text is none.
std::optional<std::string> decode_base64(std::string_view text);

/// Lower case.
void append_hex(std::string& out, ByteView bytes);
std::string hex_of(ByteView bytes);
/// The content's digest in such digits; empty when the port offers none.
std::string hex_digest(const DigestPort& digest, DigestMethod method, std::string_view content);

/// Takes as long for a wrong text as for the right one of its length: who guesses learns nothing from the clock.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace fleetsim::platform
