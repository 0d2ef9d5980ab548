// How a device spaces its tries, read off the gaps between them: a pure function of the gaps, for a device whose firmware nobody has seen.
//
//   const std::array<double, 6> gaps{1.0, 2.0, 4.0, 8.0, 16.0, 30.0};
//   backoff_class_text(classify_backoff(gaps));            // "exponential, capped"
//
// A gap is the time from a failure (a lost connection is one) to the beginning of the next try, in seconds. The rules, in their order;
// README.md has the reasons and how often they err:
//   1. A first gap below `retry_at_once_seconds` before a longer one is left out: many firmwares try once at once.
//   2. Fewer than `gaps_needed` gaps: too few.
//   3. No gap above `no_wait_seconds`: none.
//   4. Without jitter when each gap is within `gap_tolerance` (or `gap_tolerance_seconds`) of a constant, an arithmetic or a geometric
//      progression, which may end in a constant rest (capped).
//   5. Else with jitter, from `gaps_needed_with_jitter` gaps on: each shape with each factor, cap and kind of jitter (from zero, from a
//      share of the ceiling, from a floor, decorrelated) gives the gaps a likelihood (they are uniform below a ceiling); a shape is as
//      believable as all of its kinds are on the average. When none has `shape_share_needed` of the belief: too few.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace fleetsim::sim {

enum class BackoffShape : std::uint8_t { too_few, none, constant, linear, exponential };
inline constexpr std::size_t backoff_shape_count = static_cast<std::size_t>(BackoffShape::exponential) + 1;
std::string_view backoff_shape_name(BackoffShape shape);

struct BackoffClass {
  BackoffShape shape = BackoffShape::too_few;
  bool jitter = false;
  bool capped = false;
  friend bool operator==(const BackoffClass&, const BackoffClass&) = default;
};

/// Classes as indexes of a table.
inline constexpr std::size_t backoff_class_count = backoff_shape_count * 4;
constexpr std::size_t backoff_class_index(const BackoffClass& one) {
  return static_cast<std::size_t>(one.shape) * 4 + (one.jitter ? 2U : 0U) + (one.capped ? 1U : 0U);
}
constexpr BackoffClass backoff_class_at(std::size_t index) {
  return {static_cast<BackoffShape>(index / 4), (index & 2U) != 0, (index & 1U) != 0};
}
/// "exponential, jitter, capped"
std::string backoff_class_text(const BackoffClass& one);

inline constexpr std::size_t gaps_kept_max = 16;  // of one device; the rest of its tries changes nothing
inline constexpr std::size_t gaps_needed = 4;
inline constexpr std::size_t gaps_needed_with_jitter = 6;
inline constexpr double retry_at_once_seconds = 0.05;
inline constexpr double no_wait_seconds = 0.1;
inline constexpr double gap_tolerance = 0.03;  // less of a spread than this spreads nothing
inline constexpr double gap_tolerance_seconds = 0.03;
inline constexpr double shape_share_needed = 0.8;  // of what is believed after all gaps were seen

/// What is left of a row by rule 1, at most `gaps_kept_max`.
std::span<const double> gaps_that_tell(std::span<const double> gaps);

/// Looks at the first `gaps_kept_max`. Gaps are not negative.
BackoffClass classify_backoff(std::span<const double> gaps);

}  // namespace fleetsim::sim
