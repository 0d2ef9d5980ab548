# fleetsim_invariants: what must hold at every moment of a run, and the situations that a sweep must have met. No world, no sockets.
fleetsim_library(fleetsim_invariants SOURCES
  invariants/documented_firmware.cpp
  invariants/invariant_watch.cpp
  invariants/list.cpp
  invariants/sometimes.cpp
  invariants/violation_log.cpp
  invariants/kinds/accepted_by_exactly_one.cpp
  invariants/kinds/acknowledged_in_the_end.cpp
  invariants/kinds/backoff_respected.cpp
  invariants/kinds/connects_where_told.cpp
  invariants/kinds/probed_at_exactly_one.cpp
  invariants/kinds/recovers_after_heal.cpp
  invariants/kinds/runtime_data_stays.cpp
  invariants/kinds/secret_never_crosses.cpp
  invariants/kinds/speaks_in_order.cpp
  invariants/kinds/state_machine.cpp
  LINKS fleetsim_devicecore fleetsim_platform_core fmt::fmt)

# fleetsim_oracles: the same, listening to a run.
fleetsim_library(fleetsim_oracles SOURCES
  world/run_oracles.cpp
  LINKS fleetsim_invariants fleetsim_world fleetsim_faults fmt::fmt)
