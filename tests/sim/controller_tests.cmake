# executors, steps, controller, address plan, probe, generator health; and whole runs in-process (label live).
fleetsim_test(executors_test SOURCES executors/executors_test.cpp LINKS fleetsim_schedule)
fleetsim_test(steps_test SOURCES controller/steps_test.cpp controller/platform_steps_test.cpp LINKS fleetsim_schedule)
fleetsim_test(faults_test SOURCES faults/device_faults_test.cpp faults/fault_check_test.cpp faults/fault_edges_test.cpp
          faults/fault_set_test.cpp faults/link_faults_test.cpp faults/own_fault_test.cpp
  LINKS fleetsim_scenario)
fleetsim_test(controller_parts_test
  SOURCES controller/address_plan_test.cpp controller/clock_file_test.cpp controller/fleet_identities_test.cpp controller/generator_health_test.cpp
          controller/platform_ledger_test.cpp controller/probe_test.cpp controller/thing_picture_test.cpp
  LINKS fleetsim_live)
fleetsim_test(run_test SOURCES controller/behaviour_orders_test.cpp controller/behaviour_stream_test.cpp controller/behaviour_test.cpp
          controller/run_own_faults_test.cpp ../devicecore/device_world.cpp
          controller/event_feed_test.cpp controller/open_world_test.cpp controller/run_moves_test.cpp controller/run_edges_test.cpp
          controller/run_faults_test.cpp controller/run_reports_test.cpp controller/run_stories_test.cpp controller/run_tls_faults_test.cpp controller/live_platform_test.cpp
  LINKS fleetsim_live LABELS live)
fleetsim_test(managed_platform_test SOURCES controller/managed_platform_test.cpp controller/managed_console_test.cpp
          controller/managed_devices_test.cpp LINKS fleetsim_live LABELS live)
target_compile_definitions(run_test PRIVATE SOURCE_ROOT="${CMAKE_CURRENT_LIST_DIR}/../..")
