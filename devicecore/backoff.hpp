// How long to wait before the next try: a random time between the floor and a ceiling that doubles with each try up to the cap.
// Integer arithmetic; the random word is the caller's.
//
//   Backoff backoff;
//   deadline = now + backoff.next(config.backoff, context.random);
//   backoff.reset();   // only after a stable time online: success alone must not make a refusing server a hot loop
#pragma once

#include <cstdint>

#include "devicecore/base/time.hpp"
#include "devicecore/device_config.hpp"

namespace fleetsim::device {

/// The longest wait before try number `attempt`: min(cap, floor * 2^attempt), never below the floor.
Duration backoff_ceiling(const BackoffConfig& config, std::uint8_t attempt);

class Backoff {
 public:
  /// The wait before the next try, in [floor, ceiling]. The first wait is number 1, so that it is spread out as well: a thousand
  /// devices that lost the same server must not come back in the same second.
  Duration next(const BackoffConfig& config, std::uint32_t random);
  void reset() { attempts_ = 0; }
  std::uint8_t attempts() const { return attempts_; }

  /// For policies that are not exponential: how many tries failed before this one, which now counts as well.
  std::uint8_t count() {
    if (attempts_ == 0xffU) return attempts_;
    return attempts_++;
  }
  /// A number in [0, range) that is drawn once and then stays for the life of the object.
  std::uint16_t lot(std::uint16_t range, std::uint32_t random);

 private:
  static constexpr std::uint16_t not_drawn = 0xffff;
  std::uint16_t lot_ = not_drawn;
  std::uint8_t attempts_ = 0;
};

/// The wait before the next try of either link, as a firmware's profile has it.
using RetryWait = Duration (*)(Backoff& backoff, const BackoffConfig& config, std::uint32_t random);
/// Backoff::next().
Duration wait_exponentially(Backoff& backoff, const BackoffConfig& config, std::uint32_t random);

struct RetryDialect {
  RetryWait wait = &wait_exponentially;
  bool success_forgives = false;  // a CONNACK resets the waits; else only BackoffConfig::stable_online does
  bool falls_back = true;         // an endpoint that fails again and again gives way to bootstrap
};

}  // namespace fleetsim::device
