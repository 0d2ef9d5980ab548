# fleetsim_schedule: executors and steps, pure. fleetsim_live: run_scenario over the shards and the platform on sockets.
find_package(fmt REQUIRED)

fleetsim_library(fleetsim_schedule SOURCES
  executors/constant_arrival_rate.cpp
  executors/constant_fleet.cpp
  executors/list.cpp
  executors/ramping_arrival_rate.cpp
  executors/ramping_fleet.cpp
  steps/bring_online.cpp
  steps/distribute.cpp
  steps/list.cpp
  steps/power_off.cpp
  steps/probe.cpp
  steps/publish.cpp
  steps/sleep.cpp
  steps/wait_until.cpp
  LINKS fmt::fmt)
