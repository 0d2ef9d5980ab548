#include "sim/weather/backoff_likelihood.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace fleetsim::sim {
namespace {

using Row = std::array<double, gaps_kept_max>;

constexpr double impossible = -std::numeric_limits<double>::infinity();
constexpr std::array factors{1.5, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0};

/// What a thing that was fitted must gain, in natural logarithms. Chosen so that of 2,000 seeds of each policy in
/// tests/sim/weather/backoff_rates_test.cpp few are taken for another: a constant that looks like growth by chance was the hardest to keep.
constexpr double penalty_share = 1.5;         // the jitter's floor as a share of the ceiling
constexpr double penalty_linear = 3.0;        //
constexpr double penalty_exponential = 2.5;   // which factor is fitted too
constexpr double penalty_cap = 2.0;           //
constexpr double penalty_decorrelated = 1.5;  // on top of nothing: it has no ceilings
constexpr double width_min = 0.02;            // of a share: what is narrower is as likely
constexpr double gap_min = 1e-3;              // seconds: a shorter one is as if it were this long
constexpr double clamped = 0.99;              // of the longest gap: what is above has been cut there

/// Logarithms of the unit ceilings, and of the widths above a floor of 1/f of the first ceiling (f^n - 1).
struct Ceilings {
  Row linear{};
  std::array<Row, factors.size()> exponential{};
  std::array<Row, factors.size()> above_floor{};

  Ceilings() {
    for (std::size_t n = 0; n < gaps_kept_max; ++n) {
      linear[n] = std::log(static_cast<double>(n + 1));
      for (std::size_t f = 0; f < factors.size(); ++f) {
        exponential[f][n] = static_cast<double>(n) * std::log(factors[f]);
        above_floor[f][n] = std::log(std::pow(factors[f], static_cast<double>(n + 1)) - 1);
      }
    }
  }
};

struct Gaps {
  std::span<const double> seconds;
  Row logs{};
  double count = 0;
};

class Contest {
 public:
  void enter(const BackoffClass& one, double likelihood) {
    double& best_of_shape = by_shape_[static_cast<std::size_t>(one.shape)];
    best_of_shape = std::max(best_of_shape, likelihood);
    if (likelihood <= best_) return;
    best_ = likelihood;
    winner_ = one;
  }
  BackoffClass result() const {
    const auto rivals = std::count_if(by_shape_.begin(), by_shape_.end(), [&](double one) { return one > best_ - likelihood_margin; });
    return rivals == 1 ? winner_ : BackoffClass{};
  }

 private:
  double best_ = impossible;
  BackoffClass winner_;
  std::array<double, backoff_shape_count> by_shape_ = [] {
    std::array<double, backoff_shape_count> none{};
    none.fill(impossible);
    return none;
  }();
};

/// Jitter from zero, or from a share of the ceiling (half of it: "equal jitter"; 0.8 of 1.2: a fifth up and down).
void enter_shares(Contest& contest, const Gaps& gaps, const Row& units, std::size_t cap_at, BackoffClass one, double penalty) {
  double high = impossible;
  double low = -impossible;
  double sum = 0;
  for (std::size_t n = 0; n < gaps.seconds.size(); ++n) {
    const double unit = units[std::min(n, cap_at)];
    high = std::max(high, gaps.logs[n] - unit);
    low = std::min(low, gaps.logs[n] - unit);
    sum += unit;
  }
  const double from_zero = -(gaps.count * high + sum) - penalty;
  contest.enter(one, from_zero);
  const double width = std::max(1 - std::exp(low - high), width_min);
  one.jitter = width > gap_tolerance;
  contest.enter(one, from_zero - gaps.count * std::log(width) - penalty_share);
}

/// Jitter above a floor that is the ceiling's own beginning: uniform in [b, min(cap, b f^n)], as devicecore waits.
void enter_floor(Contest& contest, const Gaps& gaps, const Ceilings& ceilings, std::size_t factor, std::size_t cap_at, double penalty) {
  const double growth = std::log(factors[factor]);
  double base = impossible;
  double sum = 0;
  for (std::size_t n = 0; n < gaps.seconds.size(); ++n) {
    const std::size_t unit = std::min(n, cap_at);
    base = std::max(base, gaps.logs[n] - static_cast<double>(unit + 1) * growth);
    sum += ceilings.above_floor[factor][unit];
  }
  if (base > *std::min_element(gaps.logs.begin(), gaps.logs.begin() + gaps.seconds.size())) return;
  const bool capped = cap_at + 1 < gaps.seconds.size();
  contest.enter({BackoffShape::exponential, true, capped}, -(gaps.count * base + sum) - penalty);
}

/// Each gap uniform between the first one's least and three times the gap before, cut at a cap: exponential on the whole.
void enter_decorrelated(Contest& contest, const Gaps& gaps) {
  constexpr double growth_max = 3.0;
  constexpr double slack = 1.01;
  const double low = std::max(*std::min_element(gaps.seconds.begin(), gaps.seconds.end()), gap_min);
  const double high = *std::max_element(gaps.seconds.begin(), gaps.seconds.end());
  const auto at_cap = std::count_if(gaps.seconds.begin(), gaps.seconds.end(), [&](double gap) { return gap >= clamped * high; });
  const bool capped = at_cap >= 2;
  if (gaps.seconds[0] > growth_max * slack * low) return;
  double likelihood = -std::log((growth_max - 1) * low) - penalty_decorrelated;
  for (std::size_t n = 1; n < gaps.seconds.size(); ++n) {
    const double ceiling = growth_max * std::max(gaps.seconds[n - 1], gap_min);
    if (gaps.seconds[n] > slack * ceiling) return;
    const double width = std::max(ceiling - low, width_min * low);
    if (capped && gaps.seconds[n] >= clamped * high) {
      const double share_cut = std::max((ceiling - high) / width, 1 - clamped);
      likelihood += std::log(share_cut) - std::log((1 - clamped) * high);
    } else {
      likelihood -= std::log(width);
    }
  }
  contest.enter({BackoffShape::exponential, true, capped}, likelihood);
}

}  // namespace

BackoffClass likeliest_with_jitter(std::span<const double> gaps) {
  static const Ceilings ceilings;
  constexpr std::size_t growth_seen_min = 2;  // doublings before a cap: fewer are a constant with a short first gap
  constexpr std::size_t steps_seen_min = 3;   // likewise of a linear one
  Gaps seen{.seconds = gaps, .count = static_cast<double>(gaps.size())};
  for (std::size_t n = 0; n < gaps.size(); ++n) seen.logs[n] = std::log(std::max(gaps[n], gap_min));
  Contest contest;
  enter_shares(contest, seen, Row{}, 0, {BackoffShape::constant, true, false}, 0);
  const auto penalty_at = [&](double shape, std::size_t cap_at) { return shape + (cap_at + 1 < gaps.size() ? penalty_cap : 0); };
  for (std::size_t cap_at = steps_seen_min; cap_at < gaps.size(); ++cap_at) {
    const bool capped = cap_at + 1 < gaps.size();
    enter_shares(contest, seen, ceilings.linear, cap_at, {BackoffShape::linear, true, capped}, penalty_at(penalty_linear, cap_at));
  }
  for (std::size_t factor = 0; factor < factors.size(); ++factor) {
    for (std::size_t cap_at = growth_seen_min; cap_at < gaps.size(); ++cap_at) {
      const bool capped = cap_at + 1 < gaps.size();
      const double penalty = penalty_at(penalty_exponential, cap_at);
      enter_shares(contest, seen, ceilings.exponential[factor], cap_at, {BackoffShape::exponential, true, capped}, penalty);
      enter_floor(contest, seen, ceilings, factor, cap_at, penalty);
    }
  }
  enter_decorrelated(contest, seen);
  return contest.result();
}

}  // namespace fleetsim::sim
