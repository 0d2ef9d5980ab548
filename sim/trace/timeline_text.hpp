// A timeline for people: one row an entry, 120 columns, time at the device on the left and at the platform on the right of the arrow.
//
//      device       platform      where                  what
//     1.000000 →     1.020000     bootstrap #1           POST /auth/bootstrap  productKey=...
//     1.060000 ←     1.040000     bootstrap #1           200 OK  {"code":200,...}
//     1.060000                                           device: bootstrap_answered 127.0.2.1:1883
#pragma once

#include <cstddef>
#include <string>

#include "sim/trace/timeline.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t timeline_columns = 120;
/// What a message takes at most; the rest is in the JSON.
inline constexpr std::size_t timeline_rows_per_entry = 4;

std::string timeline_text(const Timeline& timeline);

}  // namespace fleetsim::sim
