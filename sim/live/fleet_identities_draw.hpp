// Numbers that belong to one device of one fleet: a function of (seed, index, purpose) alone, the same on every host and in every shard.
//
//   DeviceDraw draw(scenario.seed, index, DrawPurpose::address);
//   std::uint64_t word = draw.next();       // the device's own stream
//   std::uint64_t pick = draw.below(1000);  // 0..999, without bias worth naming
#pragma once

#include <cstdint>

namespace fleetsim::sim {

/// One stream per concern: that a device gets another address must not change its secret.
enum class DrawPurpose : std::uint64_t { secret = 1, wrong_secret = 2, country = 3, address = 4 };

class DeviceDraw {
 public:
  constexpr DeviceDraw(std::uint64_t seed, std::uint64_t index, DrawPurpose purpose)
      : state_(mix(mix(mix(seed) ^ index) ^ (static_cast<std::uint64_t>(purpose) * golden_gamma))) {}

  /// SplitMix64 (Steele, Lea, Flood 2014): a bijection per step, so streams never collapse.
  constexpr std::uint64_t next() {
    state_ += golden_gamma;
    return mix(state_);
  }
  /// Precondition: bound > 0. The bias is below bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  static constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15;
  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace fleetsim::sim
