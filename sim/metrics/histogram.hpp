// A log-linear histogram (HDR): fixed memory, relative error below 1 %, exactly mergeable. Values are microseconds.
//
//   Histogram h; h.record(1500); h.merge(other); h.percentile(99.0);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fleetsim::sim {

class Histogram {
 public:
  static constexpr unsigned sub_bucket_bits = 7;                      // 128 per octave: error < 0.8 %
  static constexpr std::uint64_t value_max = std::uint64_t{1} << 36;  // 19 hours in microseconds; above is clamped and counted

  /// For all values there can be: what is recorded from now on allocates nothing.
  void make_room();
  bool has_room() const { return !counts_.empty(); }
  void record(std::uint64_t value, std::uint64_t count = 1);
  /// `lateness` of something that is due every `interval`, and of those that would have come while it did not: a stall of a second is
  /// not one sample among the many of a quiet hour. (HdrHistogram's correction for coordinated omission.)
  void record_missed(std::uint64_t lateness, std::uint64_t interval);
  void merge(const Histogram& other);
  std::uint64_t count() const { return count_; }
  std::uint64_t sum() const { return sum_; }
  std::uint64_t min() const;
  std::uint64_t max() const { return max_; }
  double mean() const;
  std::uint64_t clamped() const { return clamped_; }
  /// Highest value equivalent to the `percent`-th (0..100) recorded one; 0 when empty.
  std::uint64_t percentile(double percent) const;

  /// Non-empty buckets as (lowest value, count): what a report carries so that runs merge exactly.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> buckets() const;

  /// How many values fell into each bucket, as they lie in memory; nothing before there is room.
  std::span<const std::uint64_t> counts() const { return counts_; }
  static std::size_t bucket_count();
  /// The lowest value of bucket `index`; of bucket_count() the one that follows the highest.
  static std::uint64_t bucket_begin(std::size_t index);

 private:
  std::vector<std::uint64_t> counts_;  // empty before there is room
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = ~std::uint64_t{0};
  std::uint64_t max_ = 0;
  std::uint64_t clamped_ = 0;
};

}  // namespace fleetsim::sim
