# fleetsim_virtual: world `virtual`. No sockets, no clock.
find_package(Threads REQUIRED)
fleetsim_library(fleetsim_virtual SOURCES
  virtual/link_routes.cpp
  virtual/link_timing.cpp
  virtual/mailbox.cpp
  virtual/side_listeners.cpp
  virtual/virtual_endpoints.cpp
  virtual/virtual_links.cpp
  virtual/virtual_platform.cpp
  virtual/virtual_platform_census.cpp
  virtual/virtual_platform_start.cpp
  virtual/virtual_platform_tls.cpp
  virtual/virtual_prober.cpp
  virtual/virtual_schedules.cpp
  virtual/virtual_shard.cpp
  virtual/virtual_world.cpp
  virtual/window_workers.cpp
  LINKS fleetsim_trace_hash fleetsim_world fleetsim_platform_core fleetsim_devicecore Threads::Threads fmt::fmt)
