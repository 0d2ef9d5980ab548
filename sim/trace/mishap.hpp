// What befalls a device that it cannot tell of itself, and whether anything is done wrong just now: for those who judge a run.
//
//   tap.on_mishap(device, Mishap::power_cut, now);
#pragma once

#include <cstdint>

namespace fleetsim::sim {

enum class Mishap : std::uint8_t {
  powered_on,     // after it was off, cut off, or restarted into another firmware
  powered_off,    // in an orderly way
  power_cut,      // between two of its steps, or in the middle of a write
  clock_changed,  // its clock was set: waits that run now may seem too short or too long
};

/// Safety is asked always, liveness only while nothing is done wrong.
enum class Phase : std::uint8_t { faulty, healed };

}  // namespace fleetsim::sim
