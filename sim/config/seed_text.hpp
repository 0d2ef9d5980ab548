// A seed as people write it: in a scenario, behind --seed and in the environment, in a range of seeds. One bound for all of them: what one
// place writes another reads.
//
//   std::optional<std::uint64_t> seed = parse_seed("17");
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace fleetsim::sim {

inline constexpr std::uint64_t seed_max = std::numeric_limits<std::int64_t>::max();
inline constexpr std::string_view seed_expected = "a whole number from 0 to 9223372036854775807";
static_assert(seed_max == 9'223'372'036'854'775'807U, "seed_expected says so");

/// Decimal, underscores between digits allowed; at most seed_max.
std::optional<std::uint64_t> parse_seed(std::string_view text);

struct SeedRangeText {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
/// "5" or "1..1000"; nothing when it is neither, or goes backwards.
std::optional<SeedRangeText> parse_seeds(std::string_view text);

}  // namespace fleetsim::sim
