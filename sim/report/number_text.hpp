// Numbers for people: 12,345 · 1.24s · 412ms · 85µs · 1.9KB; and columns that line up whatever the letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fleetsim::sim {

/// "1,234,567"
std::string count_text(std::uint64_t value);
/// Three significant digits: "85µs", "412ms", "1.24s", "2m05s".
std::string seconds_text(double seconds);
/// Up to three decimals, none when they are zero.
std::string decimal_text(double value);
/// "512B", "1.9KB", "3.2MB"
std::string bytes_text(double bytes);
/// "cn-shanghai  ": filled with spaces to `width` columns; a text that is longer stays whole.
std::string padded_right(std::string_view text, std::size_t width);
std::string padded_left(std::string_view text, std::size_t width);
/// How many columns a UTF-8 text takes (no wide letters).
std::size_t columns_of(std::string_view text);
/// Cut to `width` columns, with "..." when something is missing.
std::string shortened(std::string_view text, std::size_t width);

}  // namespace fleetsim::sim
