#include "sim/metrics/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace fleetsim::sim {
namespace {

constexpr std::uint64_t sub_buckets = std::uint64_t{1} << Histogram::sub_bucket_bits;

/// Below 2 * sub_buckets every value has a bucket of its own; above, each octave is cut in sub_buckets equal parts.
std::size_t index_of(std::uint64_t value) {
  if (value < 2 * sub_buckets) return static_cast<std::size_t>(value);
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - (Histogram::sub_bucket_bits + 1);
  return static_cast<std::size_t>(shift * sub_buckets + (value >> shift));
}

std::uint64_t lowest_of(std::size_t index) {
  if (index < 2 * sub_buckets) return index;
  const std::uint64_t shift = index / sub_buckets - 1;
  return (index % sub_buckets + sub_buckets) << shift;
}

std::uint64_t highest_of(std::size_t index) {
  if (index < 2 * sub_buckets) return index;
  const std::uint64_t shift = index / sub_buckets - 1;
  return lowest_of(index) + (std::uint64_t{1} << shift) - 1;
}

}  // namespace

void Histogram::make_room() {
  if (counts_.empty()) counts_.resize(bucket_count());
}

std::size_t Histogram::bucket_count() { return index_of(value_max) + 1; }

std::uint64_t Histogram::bucket_begin(std::size_t index) { return lowest_of(index); }

void Histogram::record(std::uint64_t value, std::uint64_t count) {
  if (count == 0) return;
  if (value > value_max) {
    value = value_max;
    clamped_ += count;
  }
  make_room();
  counts_[index_of(value)] += count;
  count_ += count;
  sum_ += value * count;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

void Histogram::record_missed(std::uint64_t lateness, std::uint64_t interval) {
  record(lateness);
  if (interval == 0) return;
  for (std::uint64_t left = lateness; left > interval;) record(left -= interval);
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  make_room();
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  clamped_ += other.clamped_;
}

std::uint64_t Histogram::min() const { return count_ == 0 ? 0 : min_; }

double Histogram::mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }

std::uint64_t Histogram::percentile(double percent) const {
  if (count_ == 0) return 0;
  if (percent <= 0) return min_;
  const double share = std::min(percent, 100.0) / 100.0;
  const auto wanted = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::clamp(highest_of(i), min_, max_);
  }
  return max_;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> Histogram::buckets() const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> out;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0) out.emplace_back(lowest_of(i), counts_[i]);
  return out;
}

}  // namespace fleetsim::sim
