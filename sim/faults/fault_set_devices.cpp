// Clocks and power of the devices.
#include <utility>

#include "sim/faults/fault_set.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint64_t draw_of_value = 0x5be0cd19137e2179U;       // so that how far a clock is off does not follow from whether it is
constexpr Duration clock_horizon = std::chrono::hours{24 * 3650};  // what comes later never comes

}  // namespace

Instant FaultSet::clock_at(const DevicePlace& place, Instant now, Counting counting) const {
  Duration offset{0};
  for (const Entry* const entry : clocks_) {
    if (now < entry->from || !chooses(*entry, place)) continue;
    const Duration more = entry->fault->clock_offset(
        {.now = now, .window = entry->window(), .draw = split_mix_64::mix(draw_of(*entry, place.who) ^ draw_of_value)});
    if (more != Duration{0} && counting == Counting::yes) count(*entry);
    offset += more;
  }
  return std::max(now + offset, Instant{});
}

Instant FaultSet::clock(const DevicePlace& place, Instant now) const { return clocks_.empty() ? now : clock_at(place, now, Counting::yes); }

Instant FaultSet::clock_reaches(const DevicePlace& place, Instant deadline, Instant now) const {
  if (deadline == kNever || clocks_.empty()) return deadline;
  const auto reached = [&](Instant at) { return clock_at(place, at, Counting::no) >= deadline; };
  // Where a window begins or ends a clock may jump; between two such moments it goes forward only, and one may search.
  const Instant horizon = now + clock_horizon;
  const auto next_edge = [&](Instant after) {
    Instant edge = horizon;
    for (const Entry* const entry : clocks_)
      for (const Instant one : {entry->from, entry->window().until})
        if (one > after && one < edge) edge = one;
    return edge;
  };
  for (Instant low = now; low < horizon;) {
    const Instant edge = next_edge(low);
    if (reached(low)) return low;
    Instant high = edge - Duration{1};
    if (high > low && reached(high)) {
      // Mostly it is not far.
      const Instant near = low + 2 * (deadline - clock_at(place, low, Counting::no));
      if (near < high && reached(near)) high = near;
      while (high - low > Duration{1}) {
        const Instant middle = low + (high - low) / 2;
        (reached(middle) ? high : low) = middle;
      }
      return high;
    }
    low = edge;
  }
  return kNever;
}

std::optional<PowerCut> FaultSet::cut(const DevicePlace& place, Instant now, PowerMoment what, std::size_t pieces,
                                      RandomStream& random) const {
  for (const Entry* const entry : powers_) {
    if (!entry->window().holds(now) || !chooses(*entry, place)) continue;
    const std::optional<PowerCut> cut =
        entry->fault->cut({.now = now, .window = entry->window(), .draw = draw_of(*entry, place.who)}, what, pieces, random);
    if (!cut) continue;
    count(*entry);
    return cut;
  }
  return std::nullopt;
}

std::optional<PowerCut> FaultSet::cut_in_step(const DevicePlace& place, Instant now, std::size_t actions, RandomStream& random) const {
  return powers_.empty() ? std::nullopt : cut(place, now, PowerMoment::step, actions, random);
}

std::optional<PowerCut> FaultSet::cut_in_write(const DevicePlace& place, Instant now, std::size_t bytes, RandomStream& random) const {
  return powers_.empty() ? std::nullopt : cut(place, now, PowerMoment::write, bytes, random);
}

}  // namespace fleetsim::sim
