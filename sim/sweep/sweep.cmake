# fleetsim_sweep: many seeds of a scenario, the faults that a seed draws, and making a failure small. The runner of a case is injected.
find_package(Threads REQUIRED)
fleetsim_library(fleetsim_sweep SOURCES
  sweep/case_needs.cpp
  sweep/case_scenario.cpp
  sweep/drawn_rules.cpp
  sweep/fault_node.cpp
  sweep/random_faults.cpp
  sweep/shrink.cpp
  sweep/sweep.cpp
  sweep/sweep_report.cpp
  sweep/yaml_text.cpp
  LINKS fleetsim_invariants fleetsim_scenario fleetsim_faults fleetsim_report fmt::fmt Threads::Threads)
