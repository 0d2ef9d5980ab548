// The one list of invariants: what each promises, where that is written, and on whose threads it sits.
//
//   for (const InvariantKind& kind : invariant_kinds()) print(kind.name, kind.what);
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "sim/invariants/invariant.hpp"

namespace fleetsim::sim {

/// Whose thread an object sits on.
enum class Seat : std::uint8_t { fleet, platform };
/// On whose threads an invariant has objects.
enum class Seats : std::uint8_t { fleet, platform, both };
constexpr bool sits(Seats seats, Seat seat) { return seats == Seats::both || (seats == Seats::fleet) == (seat == Seat::fleet); }

/// What must go on in a run before an invariant has something to judge; bits.
namespace invariant_needs {
inline constexpr std::uint8_t nothing = 0;  // but devices that come online
inline constexpr std::uint8_t probes = 1;
inline constexpr std::uint8_t posts = 2;      // of properties
inline constexpr std::uint8_t publishes = 4;  // with QoS 1
inline constexpr std::uint8_t breakdowns = 8;
inline constexpr std::uint8_t bootstraps = 16;
}  // namespace invariant_needs

struct InvariantKind {
  std::string_view name;
  std::string_view what;    // one line for people
  std::string_view clause;  // where it is written
  Seats seats{};
  std::uint8_t needs = invariant_needs::nothing;  // invariant_needs; list.cpp has it
  std::unique_ptr<Invariant> (*make)(const Post& post, Seat seat) = nullptr;
};

/// In the order in which people read them.
std::span<const InvariantKind> invariant_kinds();

namespace invariant_kind {
InvariantKind accepted_by_exactly_one();
InvariantKind probed_at_exactly_one();
InvariantKind secret_never_crosses();
InvariantKind backoff_respected();
InvariantKind recovers_after_heal();
InvariantKind state_machine();
InvariantKind runtime_data_stays();
InvariantKind connects_where_told();
InvariantKind speaks_in_order();
InvariantKind acknowledged_in_the_end();
}  // namespace invariant_kind

}  // namespace fleetsim::sim
