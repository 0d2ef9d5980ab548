// Bytes as a person can read them on one line: text as it is, everything else as hexadecimal digits.
//
//   plain_text(payload, 80);   // {"id":"1","params":{}}     or  ff 00 12 ... (300 bytes)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::sim {

/// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);
/// UTF-8 without control characters other than tab, CR and LF.
bool is_readable(std::string_view text);
/// "c0 00 ff", and "... (300 bytes)" when there are more than `bytes_max`.
std::string hex_bytes(ByteView bytes, std::size_t bytes_max);
/// On one line: tab, CR and LF become one space each. What is no text is shown by hex_bytes. Never longer than about `bytes_max`.
std::string plain_text(std::string_view bytes, std::size_t bytes_max);

}  // namespace fleetsim::sim
