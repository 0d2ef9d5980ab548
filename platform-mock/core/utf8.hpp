// Whether bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF), and where they first are not.
//
//   if (auto bad = first_bad_utf8(text)) refuse(line_of(text, *bad));
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace fleetsim::platform {

/// Bytes of the well-formed sequence at the front of `text` (RFC 3629 §4); 0 when there is none.
std::size_t utf8_sequence_bytes(std::string_view text);

/// The position of the first sequence that is none; nothing: all is well.
std::optional<std::size_t> first_bad_utf8(std::string_view text);

}  // namespace fleetsim::platform
