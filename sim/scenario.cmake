# fleetsim_scenario: configuration, scenario, metrics, events and report; no sockets. The program is in app/app.cmake.
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)

fleetsim_library(fleetsim_metrics SOURCES
  metrics/histogram.cpp
  metrics/metrics.cpp
  metrics/threshold.cpp
  LINKS fleetsim_base fmt::fmt)

fleetsim_library(fleetsim_report SOURCES
  events/event_line.cpp
  events/file_event_stream.cpp
  report/exit_code.cpp
  report/html_report.cpp
  report/html_weather.cpp
  report/html_writer.cpp
  report/json_report.cpp
  report/json_weather.cpp
  report/json_writer.cpp
  report/number_text.cpp
  report/shell_word.cpp
  report/summary.cpp
  report/summary_sections.cpp
  report/summary_weather.cpp
  report/svg_chart.cpp
  report/utf8.cpp
  LINKS fleetsim_weather fleetsim_metrics fmt::fmt)

include(faults/faults.cmake)

fleetsim_library(fleetsim_scenario SOURCES
  config/device_csv.cpp
  config/diagnostics.cpp
  config/node.cpp
  config/platform_limits.cpp
  config/platform_places.cpp
  config/platform_reader.cpp
  config/platform_rules.cpp
  config/platform_things.cpp
  config/reader.cpp
  config/seed_text.cpp
  config/suggest.cpp
  config/text_file.cpp
  config/units.cpp
  config/variables.cpp
  config/words.cpp
  config/yaml_document.cpp
  faults/fault_check.cpp
  scenario/command_step_reader.cpp
  scenario/device_naming.cpp
  scenario/executor_reader.cpp
  scenario/external_reader.cpp
  scenario/fault_reader.cpp
  scenario/group_overlap.cpp
  scenario/group_reader.cpp
  scenario/network_reader.cpp
  scenario/platform_step_reader.cpp
  scenario/random_fault_reader.cpp
  scenario/scenario_reader.cpp
  scenario/step_reader.cpp
  scenario/threshold_reader.cpp
  scenario/whole_paths.cpp
  config/misbehaviour_reader.cpp
  scenario/misbehaviour_step_reader.cpp
  LINKS fleetsim_report fleetsim_metrics fleetsim_faults fleetsim_devicecore fleetsim_platform_core fmt::fmt yaml-cpp)

include(app/app.cmake)
