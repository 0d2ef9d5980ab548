// Numbers that belong to one device of one fleet: a function of (seed, index, purpose) alone, the same on every host and in every shard.
//
//   DeviceDraw draw(scenario.seed, index, DrawPurpose::address);
//   std::uint64_t word = draw.next();       // the device's own stream
//   std::uint64_t pick = draw.below(1000);  // 0..999, without bias worth naming
#pragma once

#include <cstdint>

#include "sim/random.hpp"

namespace fleetsim::sim {

/// One stream per concern: that a device gets another address must not change its secret.
enum class DrawPurpose : std::uint64_t { secret = 1, wrong_secret = 2, country = 3, address = 4 };

class DeviceDraw {
 public:
  constexpr DeviceDraw(std::uint64_t seed, std::uint64_t index, DrawPurpose purpose)
      : state_(begin(seed, index, static_cast<std::uint64_t>(purpose))) {}

  constexpr std::uint64_t next() { return split_mix_64::next(state_); }
  /// Precondition: bound > 0. The bias is below bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  static constexpr std::uint64_t begin(std::uint64_t seed, std::uint64_t index, std::uint64_t purpose) {
    using split_mix_64::mix;
    return mix(mix(mix(seed) ^ index) ^ (purpose * split_mix_64::golden_gamma));
  }
  std::uint64_t state_;
};

}  // namespace fleetsim::sim
