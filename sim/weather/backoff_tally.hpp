// How the devices of one group came back to one endpoint: how many of each back-off class, and the waits themselves by their place in the
// row (after the first failure, the second ...), from which a whole fleet's load is projected. Merges in any order to the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "devicecore/base/time.hpp"
#include "sim/weather/backoff_class.hpp"
#include "sim/weather/backoff_likelihood.hpp"
#include "sim/weather/weather_kind.hpp"

namespace fleetsim::sim {

struct BackoffPlace {
  std::uint16_t group = 0;
  RetryLeg leg = RetryLeg::bootstrap;
  friend auto operator<=>(const BackoffPlace&, const BackoffPlace&) = default;
};

/// Waits by length, eight bins an octave; each bin knows its shortest and its longest, so that waits without jitter stay without.
class GapHistogram {
 public:
  struct Bin {
    std::uint64_t count = 0;
    std::uint64_t shortest_us = ~std::uint64_t{0};
    std::uint64_t longest_us = 0;
  };
  void add(Duration gap);
  void merge(const GapHistogram& other);
  std::uint64_t count() const { return count_; }
  const std::map<std::uint16_t, Bin>& bins() const { return bins_; }

 private:
  std::map<std::uint16_t, Bin> bins_;
  std::uint64_t count_ = 0;
};

struct BackoffTally {
  std::array<std::uint64_t, backoff_class_count> devices{};  // by backoff_class_index()
  BackoffEvidence evidence;                                  // of all rows with jitter, and of those that tell nothing alone
  std::uint64_t rows_long_enough = 0;                        // to tell what is without jitter
  std::array<GapHistogram, gaps_kept_max> gaps;              // after failure 1, 2, ...
  std::uint64_t failed_tries = 0;                            // whose length is known
  std::uint64_t failed_microseconds = 0;                     // of them, in all: how long it takes to fail
  std::uint64_t failures_not_followed = 0;                   // of devices for which there was no room

  /// One device's row.
  void add(std::span<const double> row);
  void merge(const BackoffTally& other);
  std::uint64_t devices_followed() const;
  /// How the group waits when all its rows are taken together: they have one firmware. What they are without jitter, when half of those
  /// that are long enough are that; else what all rows with jitter say together.
  BackoffClass together() const;
};

}  // namespace fleetsim::sim
