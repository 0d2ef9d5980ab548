#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

InvariantKind with_needs(InvariantKind kind, std::uint8_t needs) {
  kind.needs = needs;
  return kind;
}

}  // namespace

std::span<const InvariantKind> invariant_kinds() {
  static const InvariantKind all[] = {
      invariant_kind::accepted_by_exactly_one(),
      with_needs(invariant_kind::probed_at_exactly_one(), invariant_needs::probes),
      invariant_kind::secret_never_crosses(),
      with_needs(invariant_kind::backoff_respected(), invariant_needs::breakdowns),
      with_needs(invariant_kind::recovers_after_heal(), invariant_needs::breakdowns),
      invariant_kind::state_machine(),
      with_needs(invariant_kind::runtime_data_stays(), invariant_needs::posts),
      with_needs(invariant_kind::connects_where_told(), invariant_needs::bootstraps),
      invariant_kind::speaks_in_order(),
      with_needs(invariant_kind::acknowledged_in_the_end(), invariant_needs::publishes),
  };
  return all;
}

}  // namespace fleetsim::sim
