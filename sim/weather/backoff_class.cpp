#include "sim/weather/backoff_class.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/weather/backoff_likelihood.hpp"

namespace fleetsim::sim {
namespace {

double tolerance_of(double gap) { return std::max(gap_tolerance * gap, gap_tolerance_seconds); }

bool is_near(double gap, double wanted) { return std::abs(gap - wanted) <= tolerance_of(wanted); }

/// The longest row of gaps at the end that are all like the last one.
std::size_t constant_rest(std::span<const double> gaps) {
  std::size_t rest = 0;
  while (rest < gaps.size() && std::abs(gaps[gaps.size() - 1 - rest] - gaps.back()) <= tolerance_of(gaps.back())) ++rest;
  return rest;
}

struct Progression {
  bool fits = false;
  double error = 0;  // sum of relative ones
  double next = 0;   // what would follow
};

Progression arithmetic(std::span<const double> gaps) {
  const double step = (gaps.back() - gaps.front()) / static_cast<double>(gaps.size() - 1);
  Progression found{.fits = step > tolerance_of(gaps.front())};
  double wanted = gaps.front();
  for (const double gap : gaps) {
    found.fits = found.fits && is_near(gap, wanted);
    found.error += std::abs(gap - wanted) / wanted;
    wanted += step;
  }
  found.next = wanted;
  return found;
}

Progression geometric(std::span<const double> gaps) {
  constexpr double factor_min = 1.2;
  constexpr double smallest = 1e-6;
  const double first = std::max(gaps.front(), smallest);
  const double factor = std::pow(gaps.back() / first, 1.0 / static_cast<double>(gaps.size() - 1));
  Progression found{.fits = factor >= factor_min};
  double wanted = first;
  for (const double gap : gaps) {
    found.fits = found.fits && is_near(gap, wanted);
    found.error += std::abs(gap - wanted) / wanted;
    wanted *= factor;
  }
  found.next = wanted;
  return found;
}

/// `growing` gaps, then a constant rest that is no higher than what would have followed.
std::optional<BackoffShape> shape_without_jitter(std::span<const double> growing, std::optional<double> cap) {
  if (growing.size() < 2) return std::nullopt;
  Progression linear = arithmetic(growing);
  Progression exponential = geometric(growing);
  if (cap) {
    linear.fits = linear.fits && *cap <= linear.next + 2 * tolerance_of(linear.next);
    exponential.fits = exponential.fits && *cap <= exponential.next + 2 * tolerance_of(exponential.next);
  }
  if (!linear.fits && !exponential.fits) return std::nullopt;
  if (!exponential.fits) return BackoffShape::linear;
  if (!linear.fits) return BackoffShape::exponential;
  // Two gaps fit both. 10, 20, 30, 30 is linear if anything; 10, 20, 35, 35 has outgrown that.
  if (growing.size() == 2) return cap && is_near(*cap, linear.next) ? BackoffShape::linear : BackoffShape::exponential;
  return linear.error <= exponential.error ? BackoffShape::linear : BackoffShape::exponential;
}

std::optional<BackoffClass> without_jitter(std::span<const double> gaps) {
  const auto [low, high] = std::minmax_element(gaps.begin(), gaps.end());
  if (*high - *low <= 2 * tolerance_of((*high + *low) / 2)) return BackoffClass{.shape = BackoffShape::constant};
  if (const auto shape = shape_without_jitter(gaps, std::nullopt)) return BackoffClass{.shape = *shape};
  const std::size_t rest = constant_rest(gaps);
  const std::span<const double> growing = gaps.first(gaps.size() - rest);
  // One step and then always the same tells of no growth.
  if (growing.size() == 1) return BackoffClass{.shape = BackoffShape::constant};
  if (const auto shape = shape_without_jitter(growing, gaps.back())) return BackoffClass{.shape = *shape, .capped = true};
  return std::nullopt;
}

}  // namespace

std::span<const double> gaps_that_tell(std::span<const double> gaps) {
  gaps = gaps.first(std::min(gaps.size(), gaps_kept_max));
  const bool begins_at_once = gaps.size() >= 2 && gaps[0] < retry_at_once_seconds && gaps[1] > no_wait_seconds;
  return begins_at_once ? gaps.subspan(1) : gaps;
}

BackoffClass classify_backoff(std::span<const double> gaps) {
  gaps = gaps_that_tell(gaps);
  if (gaps.size() < gaps_needed) return {};
  if (*std::max_element(gaps.begin(), gaps.end()) <= no_wait_seconds) return {.shape = BackoffShape::none};
  if (const auto found = without_jitter(gaps)) return *found;
  if (gaps.size() < gaps_needed_with_jitter) return {};
  return likeliest_with_jitter(gaps);
}

std::string_view backoff_shape_name(BackoffShape shape) {
  switch (shape) {
    case BackoffShape::too_few:
      return "too_few";
    case BackoffShape::none:
      return "none";
    case BackoffShape::constant:
      return "constant";
    case BackoffShape::linear:
      return "linear";
    case BackoffShape::exponential:
      return "exponential";
  }
  return "";
}

std::string backoff_class_text(const BackoffClass& one) {
  if (one.shape == BackoffShape::too_few) return "too few attempts";
  std::string text{backoff_shape_name(one.shape)};
  if (one.jitter) text += ", jitter";
  if (one.capped) text += ", capped";
  return text;
}

}  // namespace fleetsim::sim
