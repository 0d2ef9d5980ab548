// Whether a device had two sessions at one place at a time, to which nothing was done: the second takes the first over, and the platform
// ends it. One that the device gave up before (it said DISCONNECT, or ended its link), or that the platform ended for a reason of its own,
// was not open any more when the next one was asked for. What counts is the order in which the platform's end heard and said things: a
// machine that is late reads a good-bye and the next CONNECT at one moment.
//
//   if (const SeenLink* second = second_session(seen)) …
#pragma once

#include "sim/conformance/seen.hpp"

namespace fleetsim::sim {

/// The link that took over another one; null: none did.
const SeenLink* second_session(const Seen& seen);

}  // namespace fleetsim::sim
