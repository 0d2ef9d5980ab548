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

 private:
  std::uint8_t attempts_ = 0;
};

}  // namespace fleetsim::device
