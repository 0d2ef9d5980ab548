// Random numbers that a seed decides: one stream per concern and device, forked by name, the same on every build. The standard library's
// distributions differ between builds, so none is used.
//
//   RandomStream jitter = RandomStream::fork(scenario.seed, "load phase", group.name, device_index);
//   std::uint32_t ms = jitter.below(1000);
#pragma once

#include <cstdint>
#include <string_view>

namespace fleetsim::sim {

/// SplitMix64 (Steele, Lea, Flood 2014): a bijection per step, so streams never collapse.
namespace split_mix_64 {

inline constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}
constexpr std::uint64_t next(std::uint64_t& state) {
  state += golden_gamma;
  return mix(state);
}

}  // namespace split_mix_64

/// Eight bytes of state, so that a million devices can hold several streams each.
class RandomStream {
 public:
  constexpr explicit RandomStream(std::uint64_t state) : state_(state) {}

  /// The stream of one concern ("device", "load phase") of one device. Different names or indexes give unrelated streams.
  static constexpr RandomStream fork(std::uint64_t seed, std::string_view concern, std::uint64_t index) {
    return fork(seed, concern, {}, index);
  }
  /// Of a device that is counted within its group: groups may all count from 0.
  static constexpr RandomStream fork(std::uint64_t seed, std::string_view concern, std::string_view group, std::uint64_t index) {
    const std::uint64_t name = named(named(first_name, concern), group);
    using split_mix_64::golden_gamma;
    using split_mix_64::mix;
    return RandomStream(mix(mix(seed + golden_gamma) ^ mix(name + golden_gamma) ^ mix(index * golden_gamma + 1)));
  }

  constexpr std::uint64_t next() { return split_mix_64::next(state_); }
  constexpr std::uint32_t word() { return static_cast<std::uint32_t>(next() >> 32); }

  /// Uniform in [0, bound); 0 when bound is 0. The bias of the multiplication is below bound / 2^32.
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(word()) * bound) >> 32);
  }

 private:
  static constexpr std::uint64_t first_name = 0xcbf29ce484222325U;  // FNV-1a
  static constexpr std::uint64_t named(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return (hash ^ 0xffU) * 0x100000001b3U;  // where one name ends and the next begins counts too
  }
  std::uint64_t state_;
};

}  // namespace fleetsim::sim
