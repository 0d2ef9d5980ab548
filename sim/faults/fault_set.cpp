#include "sim/faults/fault_set.hpp"

#include <fmt/format.h>
#include <utility>

#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

std::int64_t ticks(Instant at) { return at.time_since_epoch().count(); }

Instant later_by(Instant now, Duration by) { return by >= kNever - now ? kNever : now + by; }

std::vector<bool> positions(const std::vector<std::string>& wanted, const std::vector<std::string>& known) {
  if (wanted.empty()) return {};
  std::vector<bool> chosen(known.size());
  for (std::size_t i = 0; i < known.size(); ++i) chosen[i] = std::find(wanted.begin(), wanted.end(), known[i]) != wanted.end();
  return chosen;
}

bool has(const std::vector<bool>& chosen, std::size_t position) { return chosen.empty() || (position < chosen.size() && chosen[position]); }

}  // namespace

FaultSet::FaultSet(std::uint64_t seed, FaultPlaces places)
    : seed_(seed), places_(std::move(places)), links_from_(ticks(kNever)), links_until_(ticks(Instant::min())) {}

Result<std::string, std::string> FaultSet::add(const FaultSpec& spec, Instant now) {
  const FaultKind* const kind = find_fault_kind(spec.kind);
  if (kind == nullptr) return fail(fmt::format("no kind of fault \"{}\"", spec.kind));
  return add(spec, *kind, kind->make(FaultArguments(kind->parameters, spec.arguments)), now);
}

Result<std::string, std::string> FaultSet::add(OwnFault own, Instant now) {
  return add(own.spec, own_fault_kind(), std::move(own.fault), now);
}

Result<std::string, std::string> FaultSet::add(const FaultSpec& spec, const FaultKind& kind, std::unique_ptr<Fault> fault, Instant now) {
  if (entries_.size() >= faults_max) return fail(fmt::format("a run has {} faults at most", faults_max));
  const std::string name = free_name(spec);
  if (name.empty()) return fail(fmt::format("a fault \"{}\" is there already", spec.name));
  auto entry = std::make_unique<Entry>();
  entry->number = static_cast<std::uint32_t>(entries_.size());
  entry->name = name;
  entry->kind = &kind;
  entry->fault = std::move(fault);
  entry->from = later_by(now, spec.from);
  entry->until = ticks(later_by(now, spec.until));
  place_entry(*entry, spec);
  plan_platform(*entry, spec);
  entries_.push_back(std::move(entry));
  publish(*entries_.back());
  return name;
}

void FaultSet::place_entry(Entry& entry, const FaultSpec& spec) const {
  entry.leg = entry.kind->only_leg.value_or(spec.leg.value_or(FaultLeg::both));
  entry.direction = spec.direction.value_or(FaultDirection::both);
  entry.groups = positions(spec.groups, places_.groups);
  entry.regions = positions(spec.regions, places_.regions);
  entry.toxicity = spec.toxicity;
  entry.draw = spec.per.value_or(entry.kind->standard_draw);
  entry.key = RandomStream::fork(seed_, "fault", entry.name, 0).next();
}

std::string FaultSet::free_name(const FaultSpec& spec) const {
  const auto is_free = [this](const std::string& name) {
    return std::none_of(entries_.begin(), entries_.end(), [&](const auto& entry) { return !entry->is_removed && entry->name == name; });
  };
  if (!spec.name.empty()) return is_free(spec.name) ? spec.name : std::string{};
  std::string name = spec.kind;
  for (std::size_t number = 2; !is_free(name); ++number) name = fmt::format("{}-{}", spec.kind, number);
  return name;
}

std::optional<FaultCount> FaultSet::remove(std::string_view name, Instant now) {
  for (const auto& entry : entries_) {
    if (entry->is_removed || entry->name != name) continue;
    unplan_platform(*entry, now);
    entry->is_removed = true;
    entry->until = ticks(std::min(entry->window().until, std::max(now, entry->from)));
    measure_links();
    generation_.fetch_add(1, std::memory_order_release);
    return count_of(*entry);
  }
  return std::nullopt;
}

std::vector<std::string> FaultSet::names() const {
  std::vector<std::string> out;
  for (const auto& entry : entries_)
    if (!entry->is_removed) out.push_back(entry->name);
  return out;
}

std::vector<FaultCount> FaultSet::counts() const {
  std::vector<FaultCount> out;
  out.reserve(entries_.size());
  for (const auto& entry : entries_) out.push_back(count_of(*entry));
  return out;
}

FaultCount FaultSet::count_of(const Entry& entry) {
  return {entry.name, entry.kind->name, entry.acted.load(std::memory_order_relaxed), entry.kind->target};
}

void FaultSet::publish(const Entry& entry) {
  all_.push_back(&entry);
  switch (entry.kind->target) {
    case FaultTarget::link:
      links_.push_back(&entry);
      break;
    case FaultTarget::clock:
      clocks_.push_back(&entry);
      break;
    case FaultTarget::power:
      powers_.push_back(&entry);
      break;
    case FaultTarget::platform_rule:
    case FaultTarget::platform_crash:
      break;
  }
  measure_links();
  generation_.fetch_add(1, std::memory_order_release);
}

void FaultSet::measure_links() {
  Instant from = kNever;
  Instant until = Instant::min();
  for (const auto& entry : entries_) {
    if (entry->kind->target != FaultTarget::link || entry->is_removed) continue;
    from = std::min(from, entry->from);
    until = std::max(until, entry->window().until);
  }
  links_from_.store(ticks(from), std::memory_order_relaxed);
  links_until_.store(ticks(until), std::memory_order_relaxed);
}

std::uint64_t FaultSet::draw_of(const Entry& entry, std::uint64_t who) {
  return split_mix_64::mix(entry.key ^ split_mix_64::mix(who + split_mix_64::golden_gamma));
}

bool FaultSet::chooses(const Entry& entry, const DevicePlace& place) {
  if (!has(entry.groups, place.group) || !has(entry.regions, place.region)) return false;
  if (entry.toxicity >= share_whole) return true;
  return (draw_of(entry, place.who) >> 32) < entry.toxicity;
}

bool FaultSet::chooses(const Entry& entry, const LinkPlace& place) {
  if (entry.leg != FaultLeg::both && (entry.leg == FaultLeg::bootstrap) != (place.leg == device::Leg::bootstrap)) return false;
  if (!has(entry.groups, place.group) || !has(entry.regions, place.region)) return false;
  if (entry.toxicity >= share_whole) return true;
  std::uint64_t draw = draw_of(entry, place.who);
  if (entry.draw == FaultDraw::link)
    draw = split_mix_64::mix(draw ^ ((std::uint64_t{place.connection} << 1) | (place.leg == device::Leg::mqtt ? 1U : 0U)));
  return (draw >> 32) < entry.toxicity;
}

}  // namespace fleetsim::sim
