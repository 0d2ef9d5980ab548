# fleetsim_virtual_run: a whole run in simulated time; no sockets, so that every preset can build it.
fleetsim_library(fleetsim_virtual_run SOURCES
  live/run_countries.cpp
  live/run_virtual.cpp
  live/seeded_tls.cpp
  LINKS fleetsim_host_tls fleetsim_virtual fleetsim_world fleetsim_scenario fleetsim_platform_tls fleetsim_platform_store
        fleetsim_country_database fleetsim_devicecore fleetsim_metrics fmt::fmt)

# fleetsim_live: run_scenario, over shards and a platform on sockets, or elsewhere.
fleetsim_library(fleetsim_live SOURCES
  live/clock_file.cpp
  live/flash_folder.cpp
  live/host_lookup.cpp
  live/http_exchange.cpp
  live/lone_device.cpp
  live/managed_platform.cpp
  live/managed_platform_misbehaviour.cpp
  live/managed_platform_orders.cpp
  live/open_world.cpp
  live/management_client.cpp
  live/management_request.cpp
  live/platform_ports.cpp
  live/probe.cpp
  live/probe_connection.cpp
  live/run_limits.cpp
  live/run_scenario.cpp
  live/run_tcp_census.cpp
  live/served_platform.cpp
  LINKS fleetsim_virtual_run fleetsim_virtual fleetsim_world fleetsim_live_shard fleetsim_scenario fleetsim_platform_server fleetsim_platform_store fleetsim_country_database
        fleetsim_device_ports fleetsim_devicecore fleetsim_metrics fmt::fmt)
