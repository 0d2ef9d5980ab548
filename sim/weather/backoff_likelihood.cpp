#include "sim/weather/backoff_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace fleetsim::sim {
namespace {

using Row = std::array<double, gaps_kept_max>;
using Logarithms = std::array<double, BackoffEvidence::hypothesis_count>;

constexpr double impossible = -std::numeric_limits<double>::infinity();
constexpr std::array<double, BackoffEvidence::factor_count> factors{1.5, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0};

// What is believed before a gap was seen. Firmware doubles, mostly, and mostly up to a cap.
constexpr std::array<double, BackoffEvidence::factor_count> believed_factor{0.06, 0.06, 0.06, 0.6, 0.06, 0.1, 0.06};
constexpr double believed_constant = 1;
constexpr double believed_linear = 0.35;
constexpr double believed_exponential = 1;
constexpr double believed_capped_linear = 0.3;
constexpr double believed_capped_exponential = 0.7;
constexpr double believed_from_zero = 0.5;  // of constant and linear: jitter from zero, else from a share of the ceiling
constexpr std::array<double, 4> believed_jitter_exponential{0.175, 0.175, 0.45, 0.2};  // as Jitter

constexpr double width_min = 0.02;         // of a share: what is narrower is as likely
constexpr double gap_min = 1e-3;           // seconds: a shorter one is as if it were this long
constexpr double clamped = 0.99;           // of the longest gap: what is above has been cut there
constexpr double unexplained_most = 12.0;  // what a row that does not fit may take from a hypothesis: one odd device decides nothing
constexpr double parts = 1 << 20;          // of one, in BackoffEvidence

enum class Jitter : std::uint8_t { from_zero, share, floor, decorrelated };

/// `cap_at` is the first gap (from 0) whose ceiling does not grow any more; the last: none of those that are kept.
constexpr std::size_t no_cap = gaps_kept_max - 1;
constexpr std::size_t growth_seen_min = 2;  // doublings before a cap: fewer are a constant with a short first gap
constexpr std::size_t steps_seen_min = 3;   // likewise of a linear one

struct Hypothesis {
  BackoffShape shape = BackoffShape::constant;
  Jitter jitter = Jitter::from_zero;
  std::size_t factor = 0;
  std::size_t cap_at = no_cap;
  double belief = impossible;  // its logarithm
};

double log_sum(double a, double b) {
  const double high = std::max(a, b);
  return high == impossible ? impossible : high + std::log1p(std::exp(std::min(a, b) - high));
}

/// Logarithms of the unit ceilings, and of the widths above a floor of 1/f of the first ceiling (f^n - 1).
struct Ceilings {
  Row constant{};
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

/// Every hypothesis with its place; those that cannot be told from another are believed in with nothing.
class Grid {
 public:
  Grid() {
    add_capless(BackoffShape::constant, believed_constant);
    for (std::size_t cap_at = 0; cap_at < gaps_kept_max; ++cap_at) {
      const double belief = believed_linear * share_of_cap(cap_at, steps_seen_min, believed_capped_linear);
      add({BackoffShape::linear, Jitter::from_zero, 0, cap_at}, belief * believed_from_zero);
      add({BackoffShape::linear, Jitter::share, 0, cap_at}, belief * (1 - believed_from_zero));
    }
    for (std::size_t factor = 0; factor < factors.size(); ++factor) {
      for (std::size_t cap_at = 0; cap_at < gaps_kept_max; ++cap_at) {
        const double belief =
            believed_exponential * believed_factor[factor] * share_of_cap(cap_at, growth_seen_min, believed_capped_exponential);
        for (const Jitter jitter : {Jitter::from_zero, Jitter::share, Jitter::floor})
          add({BackoffShape::exponential, jitter, factor, cap_at}, belief * believed_jitter_exponential[static_cast<std::size_t>(jitter)]);
      }
    }
    add({BackoffShape::exponential, Jitter::decorrelated, 0, no_cap},
        believed_exponential * believed_jitter_exponential[static_cast<std::size_t>(Jitter::decorrelated)]);
  }
  const std::array<Hypothesis, BackoffEvidence::hypothesis_count>& all() const { return all_; }

 private:
  static double share_of_cap(std::size_t cap_at, std::size_t first, double believed_capped) {
    if (cap_at == no_cap) return 1 - believed_capped;
    return cap_at < first ? 0 : believed_capped / static_cast<double>(no_cap - first);
  }
  void add_capless(BackoffShape shape, double belief) {
    add({shape, Jitter::from_zero}, belief * believed_from_zero);
    add({shape, Jitter::share}, belief * (1 - believed_from_zero));
  }
  void add(Hypothesis one, double belief) {
    one.belief = belief > 0 ? std::log(belief) : impossible;
    all_[size_++] = one;
  }

  std::array<Hypothesis, BackoffEvidence::hypothesis_count> all_{};
  std::size_t size_ = 0;
};

const Grid& grid() {
  static const Grid made;
  return made;
}

struct Gaps {
  explicit Gaps(std::span<const double> gaps) : seconds(gaps), count(static_cast<double>(gaps.size())) {
    for (std::size_t n = 0; n < gaps.size(); ++n) logs[n] = std::log(std::max(gaps[n], gap_min));
  }
  std::span<const double> seconds;
  Row logs{};
  double count = 0;
};

struct OfShares {
  double from_zero = impossible;
  double share = impossible;
};

/// Of ceilings that are a scale times `units`, capped: the scale is averaged over, and so is the share at which the floor is. Both leave
/// factors that depend on the number of gaps alone.
OfShares of_shares(const Gaps& gaps, const Row& units, std::size_t cap_at) {
  double high = impossible;
  double low = -impossible;
  double sum = 0;
  for (std::size_t n = 0; n < gaps.seconds.size(); ++n) {
    const double unit = units[std::min(n, cap_at)];
    high = std::max(high, gaps.logs[n] - unit);
    low = std::min(low, gaps.logs[n] - unit);
    sum += unit;
  }
  const double from_zero = -(gaps.count * high + sum);
  const double width = std::max(1 - std::exp(low - high), width_min);
  return {.from_zero = from_zero, .share = from_zero + std::log((std::pow(width, 1 - gaps.count) - 1) / (gaps.count - 1))};
}

/// Jitter above a floor that is the ceiling's own beginning: uniform in [b, min(cap, b f^n)], as devicecore waits.
double of_floor(const Gaps& gaps, const Ceilings& ceilings, std::size_t factor, std::size_t cap_at) {
  const double growth = std::log(factors[factor]);
  double base = impossible;
  double sum = 0;
  for (std::size_t n = 0; n < gaps.seconds.size(); ++n) {
    const std::size_t unit = std::min(n, cap_at);
    base = std::max(base, gaps.logs[n] - static_cast<double>(unit + 1) * growth);
    sum += ceilings.above_floor[factor][unit];
  }
  const auto* const last = gaps.logs.begin() + gaps.seconds.size();
  return base > *std::min_element(gaps.logs.begin(), last) ? impossible : -(gaps.count * base + sum);
}

bool rests_at_its_longest(std::span<const double> gaps) {
  const double high = *std::max_element(gaps.begin(), gaps.end());
  return std::count_if(gaps.begin(), gaps.end(), [&](double gap) { return gap >= clamped * high; }) >= 2;
}

/// Each gap uniform between the first one's least and three times the gap before, cut at a cap: exponential on the whole.
double of_decorrelated(const Gaps& gaps) {
  constexpr double growth_max = 3.0;
  constexpr double slack = 1.01;
  const double low = std::max(*std::min_element(gaps.seconds.begin(), gaps.seconds.end()), gap_min);
  const double high = *std::max_element(gaps.seconds.begin(), gaps.seconds.end());
  const bool capped = rests_at_its_longest(gaps.seconds);
  if (gaps.seconds[0] > growth_max * slack * low) return impossible;
  double likelihood = -std::log((growth_max - 1) * low);
  for (std::size_t n = 1; n < gaps.seconds.size(); ++n) {
    const double ceiling = growth_max * std::max(gaps.seconds[n - 1], gap_min);
    if (gaps.seconds[n] > slack * ceiling) return impossible;
    const double width = std::max(ceiling - low, width_min * low);
    if (capped && gaps.seconds[n] >= clamped * high) {
      const double share_cut = std::max((ceiling - high) / width, 1 - clamped);
      likelihood += std::log(share_cut) - std::log((1 - clamped) * high);
    } else {
      likelihood -= std::log(width);
    }
  }
  return likelihood;
}

/// `shares` are those of the hypothesis before: a share stands behind its from_zero.
double likelihood_of(const Hypothesis& one, const Gaps& gaps, const Ceilings& ceilings, OfShares& shares) {
  if (one.belief == impossible) return impossible;
  switch (one.jitter) {
    case Jitter::from_zero: {
      const Row& units = one.shape == BackoffShape::constant ? ceilings.constant
                         : one.shape == BackoffShape::linear ? ceilings.linear
                                                             : ceilings.exponential[one.factor];
      shares = of_shares(gaps, units, one.cap_at);
      return shares.from_zero;
    }
    case Jitter::share:
      return shares.share;
    case Jitter::floor:
      return of_floor(gaps, ceilings, one.factor, one.cap_at);
    case Jitter::decorrelated:
      return of_decorrelated(gaps);
  }
  return impossible;
}

Logarithms likelihoods_of(const Gaps& gaps) {
  static const Ceilings ceilings;
  Logarithms found{};
  OfShares shares;
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = likelihood_of(grid().all()[i], gaps, ceilings, shares);
  return found;
}

/// The shape that is believed in after `likelihoods`; whether it is capped within the first `gaps`.
BackoffClass believed_after(const Logarithms& likelihoods, std::size_t gaps) {
  std::array<double, backoff_shape_count> by_shape{};
  by_shape.fill(impossible);
  std::array<double, backoff_shape_count> capped = by_shape;
  double all = impossible;
  for (std::size_t i = 0; i < likelihoods.size(); ++i) {
    const Hypothesis& one = grid().all()[i];
    const double belief = likelihoods[i] + one.belief;
    const auto shape = static_cast<std::size_t>(one.shape);
    all = log_sum(all, belief);
    by_shape[shape] = log_sum(by_shape[shape], belief);
    if (one.cap_at + 1 < gaps) capped[shape] = log_sum(capped[shape], belief);
  }
  const auto best = static_cast<std::size_t>(std::max_element(by_shape.begin(), by_shape.end()) - by_shape.begin());
  if (all == impossible || by_shape[best] - all < std::log(shape_share_needed)) return {};
  return {.shape = static_cast<BackoffShape>(best), .jitter = true, .capped = capped[best] - by_shape[best] > std::log(0.5)};
}

}  // namespace

BackoffClass likeliest_with_jitter(std::span<const double> gaps) {
  const Gaps seen(gaps);
  const Logarithms likelihoods = likelihoods_of(seen);
  BackoffClass found = believed_after(likelihoods, gaps.size());
  // Its cap is where it is cut, not where a ceiling stops to grow.
  const double decorrelated = likelihoods.back() + grid().all().back().belief;
  const bool is_decorrelated = std::all_of(likelihoods.begin(), likelihoods.end() - 1, [&, i = std::size_t{0}](double one) mutable {
    return one + grid().all()[i++].belief < decorrelated;
  });
  if (found.shape == BackoffShape::exponential && is_decorrelated) found.capped = rests_at_its_longest(gaps);
  return found;
}

void BackoffEvidence::add(std::span<const double> gaps) {
  gaps = gaps.first(std::min(gaps.size(), gaps_kept_max));
  if (gaps.size() < gaps_needed_with_jitter) return;
  const Logarithms found = likelihoods_of(Gaps(gaps));
  const double best = *std::max_element(found.begin(), found.end());
  for (std::size_t i = 0; i < found.size(); ++i)
    sums_[i] += static_cast<std::int64_t>(std::llround(std::max(found[i] - best, -unexplained_most) * parts));
  ++rows_;
  longest_ = std::max(longest_, gaps.size());
}

void BackoffEvidence::merge(const BackoffEvidence& other) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  rows_ += other.rows_;
  longest_ = std::max(longest_, other.longest_);
}

BackoffClass BackoffEvidence::verdict() const {
  if (rows_ == 0) return {};
  Logarithms all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(sums_[i]) / parts;
  return believed_after(all, longest_);
}

}  // namespace fleetsim::sim
