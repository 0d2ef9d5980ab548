// SplitMix64: what the platform draws (ids, codes) only has to look real and to depend on the seed alone.
//
//   RandomStream random(ports.seed, "job ids");
//   char c = alphabet[random.below(alphabet.size())];
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fleetsim::platform {

/// The seed of what is drawn by a platform that was started `starts` times before from its store: nothing that was drawn then comes again.
constexpr std::uint64_t seed_of_start(std::uint64_t seed, std::uint64_t starts) { return seed ^ (starts * 0xd6e8feb86659fd93U); }

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : state_(seed) {}
  /// A stream of its own for each name: drawing from one does not change what another draws.
  RandomStream(std::uint64_t seed, std::string_view name) : state_(seed) {
    for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// From 0 to bound - 1. Precondition: bound > 0.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

}  // namespace fleetsim::platform
