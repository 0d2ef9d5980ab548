#include "sim/weather/backoff_tally.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace fleetsim::sim {

void GapHistogram::add(Duration gap) {
  constexpr unsigned bits = 3;  // eight bins an octave
  const auto microseconds = static_cast<std::uint64_t>(std::max<Duration::rep>(gap.count(), 0));
  const auto width = static_cast<unsigned>(std::bit_width(microseconds));
  const unsigned shift = width > bits + 1 ? width - (bits + 1) : 0;
  Bin& bin = bins_[static_cast<std::uint16_t>((shift << bits) + static_cast<unsigned>(microseconds >> shift))];
  ++bin.count;
  bin.shortest_us = std::min(bin.shortest_us, microseconds);
  bin.longest_us = std::max(bin.longest_us, microseconds);
  ++count_;
}

void GapHistogram::merge(const GapHistogram& other) {
  for (const auto& [index, bin] : other.bins_) {
    Bin& mine = bins_[index];
    mine.count += bin.count;
    mine.shortest_us = std::min(mine.shortest_us, bin.shortest_us);
    mine.longest_us = std::max(mine.longest_us, bin.longest_us);
  }
  count_ += other.count_;
}

void BackoffTally::add(std::span<const double> row) {
  const BackoffClass found = classify_backoff(row);
  ++devices[backoff_class_index(found)];
  if (gaps_that_tell(row).size() >= gaps_needed) ++rows_long_enough;
  if (found.jitter || found.shape == BackoffShape::too_few) evidence.add(gaps_that_tell(row));
}

BackoffClass BackoffTally::together() const {
  BackoffClass most;
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < backoff_class_count; ++i) {
    const BackoffClass one = backoff_class_at(i);
    if (one.jitter || one.shape == BackoffShape::too_few || devices[i] <= rows) continue;
    most = one;
    rows = devices[i];
  }
  return rows > 0 && 2 * rows >= rows_long_enough ? most : evidence.verdict();
}

void BackoffTally::merge(const BackoffTally& other) {
  evidence.merge(other.evidence);
  rows_long_enough += other.rows_long_enough;
  for (std::size_t i = 0; i < backoff_class_count; ++i) devices[i] += other.devices[i];
  for (std::size_t i = 0; i < gaps_kept_max; ++i) gaps[i].merge(other.gaps[i]);
  failed_tries += other.failed_tries;
  failed_microseconds += other.failed_microseconds;
  failures_not_followed += other.failures_not_followed;
}

std::uint64_t BackoffTally::devices_followed() const { return std::accumulate(devices.begin(), devices.end(), std::uint64_t{0}); }

}  // namespace fleetsim::sim
