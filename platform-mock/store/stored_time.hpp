// Moments outlive the process as Unix time: Instant 0 is another moment with every start.
//
//   StoredTime time{unix_epoch_us};
//   write(time.of(job.created));
#pragma once

#include <cstdint>

#include "devicecore/base/time.hpp"

namespace fleetsim::platform {

struct StoredTime {
  std::int64_t unix_epoch_us = 0;

  std::int64_t of(Instant moment) const { return unix_epoch_us + moment.time_since_epoch().count(); }
  /// Before the start of this process it is negative.
  Instant moment(std::int64_t unix_us) const { return Instant{Duration{unix_us - unix_epoch_us}}; }
};

}  // namespace fleetsim::platform
