#include "devicecore/backoff.hpp"

namespace fleetsim::device {
namespace {

/// A share of `range` in [0, range], by the 32 random bits.
std::uint64_t share(std::uint64_t range, std::uint32_t random) {
  if (range <= 0xffffffffU) return ((range + 1) * random) >> 32;
  return ((range >> 16) * random) >> 16;  // more than an hour and a bit: whole 65 ms steps are fine enough
}

}  // namespace

Duration backoff_ceiling(const BackoffConfig& config, std::uint8_t attempt) {
  const Duration cap = config.cap > config.floor ? config.cap : config.floor;
  Duration ceiling = config.floor > Duration::zero() ? config.floor : Duration{1};
  for (std::uint8_t i = 0; i < attempt; ++i) {
    if (ceiling > cap / 2) return cap;
    ceiling *= 2;
  }
  return ceiling < cap ? ceiling : cap;
}

Duration Backoff::next(const BackoffConfig& config, std::uint32_t random) {
  if (attempts_ < 0xffU) ++attempts_;
  const Duration spread = backoff_ceiling(config, attempts_) - config.floor;
  const auto range = static_cast<std::uint64_t>(spread > Duration::zero() ? spread.count() : 0);
  return config.floor + Duration{static_cast<Duration::rep>(share(range, random))};
}

std::uint16_t Backoff::lot(std::uint16_t range, std::uint32_t random) {
  if (lot_ == not_drawn) lot_ = static_cast<std::uint16_t>((std::uint64_t{range} * random) >> 32);
  return lot_;
}

Duration wait_exponentially(Backoff& backoff, const BackoffConfig& config, std::uint32_t random) { return backoff.next(config, random); }

}  // namespace fleetsim::device
