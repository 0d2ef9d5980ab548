// The weather as CSV (RFC 4180), one row a bucket, region and group, in that order; rows in which nothing happened are left out. Columns:
//
//   start_seconds,width_seconds,region,group,arrivals,bootstraps,bootstrap_failures,connects,connect_failures,connects_refused,disconnects,moves
//
// start_seconds counts from the run's begin. An empty region is that of devices that do not know theirs yet. The rest are counts, not
// rates.
#pragma once

#include <string>

#include "sim/metrics/metrics.hpp"
#include "sim/weather/weather.hpp"

namespace fleetsim::sim {

std::string weather_csv(const Weather& weather, const TagNames& names);

}  // namespace fleetsim::sim
