#include "sim/config/seed_text.hpp"

#include "sim/config/units.hpp"

namespace fleetsim::sim {

std::optional<std::uint64_t> parse_seed(std::string_view text) {
  if (text.starts_with('-')) return std::nullopt;  // -0 is none either
  const std::optional<std::int64_t> value = parse_integer(text);
  return value ? std::optional{static_cast<std::uint64_t>(*value)} : std::nullopt;
}

std::optional<SeedRangeText> parse_seeds(std::string_view text) {
  constexpr std::string_view dots = "..";
  const std::size_t at = text.find(dots);
  const auto first = parse_seed(text.substr(0, at));
  const auto last = at == std::string_view::npos ? first : parse_seed(text.substr(at + dots.size()));
  if (!first || !last || *last < *first) return std::nullopt;
  return SeedRangeText{*first, *last};
}

}  // namespace fleetsim::sim
