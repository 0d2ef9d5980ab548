// A timeline for people: one row an entry, 120 columns, time at the device on the left and at the platform on the right of the arrow.
//
//      device       platform      where                  what
//     1.000000 →     1.020000     bootstrap #1           POST /auth/bootstrap  productKey=...
//     1.060000 ←     1.040000     bootstrap #1           200 OK  {"code":200,...}
//     1.060000                                           device: bootstrap_answered 127.0.2.1:1883
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/trace/timeline.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t timeline_columns = 120;
/// What a message takes at most; the rest is in the JSON.
inline constexpr std::size_t timeline_rows_per_entry = 4;

std::string timeline_text(const Timeline& timeline);

/// One entry in pieces, for a page that lays rows out itself.
struct TimelineRow {
  std::string device_at;  // "1.000000"; "never": it never arrived there; empty: that end tells nothing of it
  std::string platform_at;
  std::string_view arrow;  // → ← = x, or a space
  std::string where;       // "bootstrap #1"; empty: of a note
  std::string what;
};
TimelineRow timeline_row(const Timeline& timeline, const TimelineEntry& entry);

}  // namespace fleetsim::sim
