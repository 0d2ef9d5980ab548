// Whether bytes are UTF-8, character by character: what both writers of reports (JSON, HTML) must know of text that comes from outside.
#pragma once

#include <cstddef>
#include <string_view>

namespace fleetsim::sim {

/// How many bytes at `at` form one well-formed character (Unicode 15, table 3-7); 0 when they do not.
std::size_t utf8_character_bytes(std::string_view text, std::size_t at);

}  // namespace fleetsim::sim
