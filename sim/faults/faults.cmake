# fleetsim_faults: what can go wrong with links, devices and the platform. Decides only; the worlds carry out.
fleetsim_library(fleetsim_faults SOURCES
  faults/fault_set.cpp
  faults/fault_set_devices.cpp
  faults/fault_set_links.cpp
  faults/fault_set_platform.cpp
  faults/list.cpp
  faults/own_fault.cpp
  faults/kinds/bandwidth.cpp
  faults/kinds/bootstrap_outage.cpp
  faults/kinds/clock_jump.cpp
  faults/kinds/clock_skew.cpp
  faults/kinds/dns_failure.cpp
  faults/kinds/duplicate_notify.cpp
  faults/kinds/jitter.cpp
  faults/kinds/late_notify.cpp
  faults/kinds/latency.cpp
  faults/kinds/limit_data.cpp
  faults/kinds/loss.cpp
  faults/kinds/misbehaviour.cpp
  faults/kinds/partition.cpp
  faults/kinds/platform_crash.cpp
  faults/kinds/power_cut.cpp
  faults/kinds/region_down.cpp
  faults/kinds/reset_peer.cpp
  faults/kinds/slicer.cpp
  faults/kinds/slow_close.cpp
  faults/kinds/stale_endpoint.cpp
  faults/kinds/timeout.cpp
  LINKS fleetsim_base fmt::fmt)
