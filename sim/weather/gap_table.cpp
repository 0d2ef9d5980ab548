#include "sim/weather/gap_table.hpp"

#include <algorithm>
#include <bit>

#include "sim/random.hpp"

namespace fleetsim::sim {

GapTable::GapTable(std::uint32_t entries_max, std::size_t groups) : entries_max_(entries_max), costs_(groups) {
  entries_.reserve(entries_max_);
  slots_.resize(std::bit_ceil(std::max<std::size_t>(2 * entries_max_, 2)));
}

std::size_t GapTable::slot_of(const Who& who) const {
  const std::uint64_t key = (std::uint64_t{who.device} << 32) | (std::uint64_t{who.group} << 1) | static_cast<std::uint64_t>(who.leg);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = static_cast<std::size_t>(split_mix_64::mix(key)) & mask;
  const auto is_other = [&](const Who& found) { return found.device != who.device || found.group != who.group || found.leg != who.leg; };
  while (slots_[slot] != 0 && is_other(entries_[slots_[slot] - 1].who)) slot = (slot + 1) & mask;
  return slot;
}

GapTable::Entry* GapTable::find(const Who& who) {
  const std::uint32_t found = slots_[slot_of(who)];
  return found == 0 ? nullptr : &entries_[found - 1];
}

GapTable::Entry* GapTable::find_or_make(const Who& who) {
  std::uint32_t& slot = slots_[slot_of(who)];
  if (slot == 0) {
    if (entries_.size() == entries_max_) return nullptr;
    entries_.push_back({});
    entries_.back().who = who;
    slot = static_cast<std::uint32_t>(entries_.size());
  }
  return &entries_[slot - 1];
}

void GapTable::failed(const Who& who, Instant now) {
  Entry* entry = find_or_make(who);
  Cost& cost = cost_of(who);
  if (entry == nullptr) {
    ++cost.failures_not_followed;
    return;
  }
  if (entry->state == State::trying) {
    ++cost.failed_tries;
    cost.failed_microseconds += static_cast<std::uint64_t>(std::max<Duration::rep>((now - entry->since).count(), 0));
  }
  if (entry->row == Row::ended) {
    entry->row = Row::growing;
    entry->gaps = 0;
  }
  // Two failures without a try between them are one wait, from the later.
  entry->state = State::waiting;
  entry->since = now;
}

void GapTable::note_begin(const Who& who, Instant now) {
  Entry* entry = find(who);
  if (entry == nullptr) return;
  const bool at_once = std::chrono::duration<double>(now - entry->since).count() < retry_at_once_seconds;
  const bool waited = entry->state == State::waiting || (entry->state == State::free_to_try && !at_once);
  if (waited && entry->row == Row::growing && entry->gaps < gaps_kept_max) {
    entry->codes[entry->gaps] = encode_gap(now - entry->since);
    ++entry->gaps;
  }
  entry->state = State::trying;
  entry->since = now;
}

void GapTable::note_leave(const Who& who, Instant now) {
  Entry* entry = find(who);
  if (entry == nullptr || entry->state != State::trying) return;
  entry->state = State::free_to_try;
  entry->since = now;
}

void GapTable::note_success(const Who& who) {
  Entry* entry = find(who);
  if (entry == nullptr) return;
  entry->state = State::idle;
  if (entry->row == Row::growing) entry->row = entry->gaps >= gaps_needed_with_jitter ? Row::kept : Row::ended;
}

std::map<BackoffPlace, BackoffTally> GapTable::tallies() const {
  std::map<BackoffPlace, BackoffTally> found;
  std::array<double, gaps_kept_max> seconds{};
  for (const Entry& entry : entries_) {
    BackoffTally& tally = found[{.group = entry.who.group, .leg = entry.who.leg}];
    for (std::size_t i = 0; i < entry.gaps; ++i) {
      const Duration gap = decode_gap(entry.codes[i]);
      tally.gaps[i].add(gap);
      seconds[i] = std::chrono::duration<double>(gap).count();
    }
    tally.add(std::span{seconds}.first(entry.gaps));
  }
  for (std::size_t group = 0; group < costs_.size(); ++group) {
    for (std::size_t leg = 0; leg < retry_leg_count; ++leg) {
      const Cost& cost = costs_[group][leg];
      if (cost.failed_tries + cost.failures_not_followed == 0) continue;
      BackoffTally& tally = found[{.group = static_cast<std::uint16_t>(group), .leg = static_cast<RetryLeg>(leg)}];
      tally.failed_tries += cost.failed_tries;
      tally.failed_microseconds += cost.failed_microseconds;
      tally.failures_not_followed += cost.failures_not_followed;
    }
  }
  return found;
}

}  // namespace fleetsim::sim
