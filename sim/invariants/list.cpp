#include "sim/invariants/list.hpp"

namespace fleetsim::sim {

std::span<const InvariantKind> invariant_kinds() {
  static const InvariantKind all[] = {
      invariant_kind::accepted_by_exactly_one(), invariant_kind::probed_at_exactly_one(), invariant_kind::secret_never_crosses(),
      invariant_kind::backoff_respected(),       invariant_kind::recovers_after_heal(),   invariant_kind::state_machine(),
      invariant_kind::runtime_data_stays(),      invariant_kind::connects_where_told(),   invariant_kind::speaks_in_order(),
      invariant_kind::acknowledged_in_the_end(),
  };
  return all;
}

}  // namespace fleetsim::sim
