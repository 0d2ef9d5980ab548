// How the fates that several faults decide on for one link make one.
#include <utility>

#include "sim/faults/fault_set.hpp"

namespace fleetsim::sim {
namespace {

bool goes(FaultDirection wanted, Direction direction) {
  return wanted == FaultDirection::both || (wanted == FaultDirection::up) == (direction == Direction::up);
}

/// In the order in which an opening meets them: no name, then nobody answers, then one refuses.
int strength(OpenFate::Kind kind) {
  switch (kind) {
    case OpenFate::Kind::goes_on:
      return 0;
    case OpenFate::Kind::refused:
      return 1;
    case OpenFate::Kind::unanswered:
      return 2;
    case OpenFate::Kind::name_unknown:
      return 3;
  }
  return 0;
}

void combine(OpenFate& whole, const OpenFate& more) {
  whole.delay += more.delay;
  if (strength(more.kind) > strength(whole.kind)) whole.kind = more.kind;
}

/// 0 is "no bound".
template <class Number>
Number narrower(Number a, Number b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

void combine(SegmentFate& whole, const SegmentFate& more) {
  whole.delay += more.delay;
  whole.lost |= more.lost;
  whole.held |= more.held;
  whole.bytes_per_second = narrower(whole.bytes_per_second, more.bytes_per_second);
  whole.slice_bytes = narrower(whole.slice_bytes, more.slice_bytes);
  whole.slice_delay += more.slice_delay;
  whole.close_delay += more.close_delay;
  if (more.end == SegmentFate::End::none) return;
  // The first of several ends ends it; at the same byte a reset is harder than a close.
  const bool is_first = whole.end == SegmentFate::End::none || more.end_after_bytes < whole.end_after_bytes ||
                        (more.end_after_bytes == whole.end_after_bytes && more.end == SegmentFate::End::reset);
  if (!is_first) return;
  whole.end = more.end;
  whole.end_after_bytes = more.end_after_bytes;
}

}  // namespace

bool FaultSet::touches_one(const LinkPlace& place, Instant now) const {
  return std::any_of(links_.begin(), links_.end(),
                     [&](const Entry* entry) { return entry->window().holds(now) && chooses(*entry, place); });
}

OpenFate FaultSet::open(const LinkPlace& place, Instant now, RandomStream& random) const {
  OpenFate whole;
  for (const Entry* const entry : links_) {
    if (!entry->window().holds(now) || !chooses(*entry, place)) continue;
    const LinkMoment moment{.place = place, .now = now, .window = entry->window(), .direction = entry->direction};
    const OpenFate fate = entry->fault->open(moment, random);
    if (fate == OpenFate{}) continue;
    count(*entry);
    combine(whole, fate);
  }
  return whole;
}

SegmentFate FaultSet::segment(const LinkPlace& place, Instant now, const Segment& segment, LinkFaults& state, RandomStream& random) const {
  SegmentFate whole;
  FaultMemory none;
  const auto is_asked = [&](const Entry& entry) {
    return entry.window().holds(now) && goes(entry.direction, segment.direction) && chooses(entry, place);
  };
  const auto memory_of = [&](const Entry& entry) -> FaultMemory& {
    return entry.kind->has_memory ? state.of(entry.number, segment.direction) : none;
  };
  bool remembers = false;
  for (const Entry* const entry : links_) {
    if (!is_asked(*entry)) continue;
    remembers |= entry->kind->has_memory;
    const LinkMoment moment{.place = place, .now = now, .window = entry->window(), .direction = entry->direction};
    const SegmentFate fate = entry->fault->segment(moment, segment, memory_of(*entry), random);
    if (fate == SegmentFate{}) continue;
    count(*entry);
    combine(whole, fate);
  }
  if (!remembers || whole.lost || whole.held) return whole;
  for (const Entry* const entry : links_)
    if (entry->kind->has_memory && is_asked(*entry)) entry->fault->carried(segment, memory_of(*entry));
  return whole;
}

LinkEnding FaultSet::ending(const LinkPlace& place) const {
  LinkEnding first;
  for (const Entry* const entry : links_) {
    const FaultWindow window = entry->window();
    if (window.from >= window.until || place.opened_at >= window.until || !chooses(*entry, place)) continue;
    LinkEnding ending = entry->fault->ending(place, window);
    if (ending.how == SegmentFate::End::none || ending.at > window.until) continue;
    if (ending.at > first.at || (ending.at == first.at && ending.how != SegmentFate::End::reset)) continue;
    ending.fault = entry->number;
    first = ending;
  }
  return first;
}

void FaultSet::ended(const LinkEnding& ending) const {
  if (ending.fault < all_.size()) count(**(all_.begin() + ending.fault));
}

}  // namespace fleetsim::sim
