// The likeliest shape of a back-off with jitter: step 5 of classify_backoff(). Gap n is taken as uniform between a floor and a ceiling;
// the ceilings are b (constant), b n (linear) or b f^(n-1) (exponential), capped after some growth or not. For each the least b that lies
// above all gaps is the likeliest, so nothing is searched but factors and caps.
#pragma once

#include <span>

#include "sim/weather/backoff_class.hpp"

namespace fleetsim::sim {

/// Between gaps_needed_with_jitter and gaps_kept_max gaps; too_few when two shapes are about as likely.
BackoffClass likeliest_with_jitter(std::span<const double> gaps);

}  // namespace fleetsim::sim
