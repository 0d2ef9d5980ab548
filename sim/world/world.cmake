# fleetsim_schedule: executors and steps, pure. fleetsim_world: what a run is made of in every world; no sockets.
find_package(fmt REQUIRED)

fleetsim_library(fleetsim_schedule SOURCES
  executors/constant_arrival_rate.cpp
  executors/constant_fleet.cpp
  executors/list.cpp
  executors/listed.cpp
  executors/ramping_arrival_rate.cpp
  executors/ramping_fleet.cpp
  steps/bring_online.cpp
  steps/change_devices.cpp
  steps/command.cpp
  steps/distribute.cpp
  steps/end_run.cpp
  steps/expect.cpp
  steps/inject.cpp
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

fleetsim_library(fleetsim_world_shard SOURCES
  world/behaviour_device.cpp
  world/behaviour_messages.cpp
  world/device_shell.cpp
  world/device_shell_faults.cpp
  world/device_shell_links.cpp
  world/device_shell_parts.cpp
  world/device_traffic.cpp
  world/failure_text.cpp
  world/faulty_lane.cpp
  world/faulty_links.cpp
  world/tapped_links.cpp
  world/flash.cpp
  world/observer.cpp
  world/process_resources.cpp
  world/schedule_runner.cpp
  world/thing_reports.cpp
  world/tls_links.cpp
  world/weather_feed.cpp
  LINKS fleetsim_faults fleetsim_devicecore fleetsim_device_ports fleetsim_metrics fleetsim_weather fmt::fmt)

fleetsim_library(fleetsim_world SOURCES
  world/address_plan.cpp
  world/controller.cpp
  world/controller_faults.cpp
  world/controller_orders.cpp
  world/controller_taps.cpp
  world/run_platform_kept.cpp
  world/controller_watch.cpp
  world/firmware_images.cpp
  world/fleet_identities.cpp
  world/generator_health.cpp
  world/generator_health_meter.cpp
  world/platform_ledger.cpp
  world/prober.cpp
  world/run_cross_check.cpp
  world/run_faults.cpp
  world/run_fleet.cpp
  world/run_outcome.cpp
  world/run_platform.cpp
  world/run_platform_faults.cpp
  world/run_platform_orders.cpp
  world/event_detail.cpp
  world/event_feed.cpp
  world/run_recorder.cpp
  world/tap_fan.cpp
  world/run_runtime.cpp
  world/run_to_end.cpp
  world/thing_picture.cpp
  LINKS fleetsim_schedule fleetsim_world_shard fleetsim_trace fleetsim_scenario fleetsim_platform_core
        fleetsim_device_ports fleetsim_devicecore fleetsim_metrics fmt::fmt)
