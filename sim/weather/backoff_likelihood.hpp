// The likeliest shape of a back-off with jitter: step 5 of classify_backoff(). Gap n is taken as uniform between a floor and a ceiling; the
// ceilings are b (constant), b n (linear) or b f^(n-1) (exponential), capped after some growth or not. What is not asked for (the scale b,
// the floor, the factor, where the cap is, the kind of jitter) is averaged over with what is believed of it beforehand, so that a shape
// with more to fit has no advantage. What then stays undecided is undecided by the gaps themselves.
//
//   BackoffEvidence all;
//   for (const auto& row : rows_of_devices_with_one_firmware) all.add(row);
//   all.verdict();                      // sure where a single row could not be
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sim/weather/backoff_class.hpp"

namespace fleetsim::sim {

/// Between gaps_needed_with_jitter and gaps_kept_max gaps; too_few when no shape is `shape_share_needed` of what is believed.
BackoffClass likeliest_with_jitter(std::span<const double> gaps);

/// What the rows of several devices say together of the one way in which all of them wait. Each has a scale and a floor of its own. Merges
/// in any order to the same.
class BackoffEvidence {
 public:
  static constexpr std::size_t factor_count = 7;
  static constexpr std::size_t caps = gaps_kept_max;
  /// Each shape with each factor, cap and kind of jitter.
  static constexpr std::size_t hypothesis_count = 2 * (1 + caps) + factor_count * caps * 3 + 1;

  /// As likeliest_with_jitter(); fewer gaps say nothing.
  void add(std::span<const double> gaps);
  void merge(const BackoffEvidence& other);
  std::uint64_t rows() const { return rows_; }
  /// too_few when there are no rows, or when even all of them leave it open.
  BackoffClass verdict() const;

 private:
  std::array<std::int64_t, hypothesis_count> sums_{};  // logarithms, in parts of 2^-20: whole numbers add up to the same in any order
  std::uint64_t rows_ = 0;
  std::size_t longest_ = 0;  // row: a cap behind its end was not seen
};

}  // namespace fleetsim::sim
