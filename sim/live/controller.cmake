# fleetsim_schedule: executors and steps, pure. fleetsim_live: run_scenario over the shards and the platform on sockets.
find_package(fmt REQUIRED)

fleetsim_library(fleetsim_schedule SOURCES
  executors/constant_arrival_rate.cpp
  executors/constant_fleet.cpp
  executors/list.cpp
  executors/ramping_arrival_rate.cpp
  executors/ramping_fleet.cpp
  steps/bring_online.cpp
  steps/change_devices.cpp
  steps/distribute.cpp
  steps/expect.cpp
  steps/join_group.cpp
  steps/list.cpp
  steps/power_off.cpp
  steps/probe.cpp
  steps/publish.cpp
  steps/report.cpp
  steps/retry.cpp
  steps/set_property.cpp
  steps/sleep.cpp
  steps/upgrade.cpp
  steps/wait_until.cpp
  steps/heal.cpp
  steps/misbehave.cpp
  LINKS fmt::fmt)

fleetsim_library(fleetsim_live SOURCES
  live/address_plan.cpp
  live/controller.cpp
  live/controller_orders.cpp
  live/controller_watch.cpp
  live/firmware_images.cpp
  live/fleet_identities.cpp
  live/generator_health.cpp
  live/generator_health_meter.cpp
  live/http_exchange.cpp
  live/live_platform.cpp
  live/live_platform_ledger.cpp
  live/live_platform_orders.cpp
  live/managed_platform.cpp
  live/managed_platform_misbehaviour.cpp
  live/managed_platform_orders.cpp
  live/management_client.cpp
  live/management_request.cpp
  live/probe.cpp
  live/probe_connection.cpp
  live/run_countries.cpp
  live/run_cross_check.cpp
  live/run_fleet.cpp
  live/run_limits.cpp
  live/run_outcome.cpp
  live/run_runtime.cpp
  live/run_scenario.cpp
  live/run_tcp_census.cpp
  live/thing_picture.cpp
  LINKS fleetsim_schedule fleetsim_live_shard fleetsim_scenario fleetsim_platform_server fleetsim_country_database
        fleetsim_device_ports fleetsim_devicecore fleetsim_metrics fmt::fmt)
