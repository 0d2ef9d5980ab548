// Text to numbers with units, as people write them in scenarios: durations `300ms 20s 1m30s 1h`, sizes `128 4KiB 1MB`, shares `1% 0.01`.
//
//   std::optional<Duration> d = parse_duration("1m30s");   // 90 s
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

/// Parts of h, m, s, ms, us in that order, each at most once; a fraction is allowed ("1.5s"). "0" needs no unit. At most 1000 h.
std::optional<Duration> parse_duration(std::string_view text);
/// The shortest form that parse_duration reads back: "1m30s".
std::string format_duration(Duration duration);

/// Bytes: a whole number with nothing, B, KB, MB (powers of 1000), KiB or MiB (powers of 1024).
std::optional<std::uint64_t> parse_size(std::string_view text);

/// "2.5%" or "0.025".
std::optional<double> parse_share(std::string_view text);

/// A plain decimal number, with an exponent if one likes; the whole text must be used. Never "inf" or "nan".
std::optional<double> parse_number(std::string_view text);
/// Decimal, underscores between digits allowed (1_000_000).
std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace fleetsim::sim
