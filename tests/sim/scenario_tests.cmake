# config, scenario, metrics, threshold, events, report, app: everything of sim that needs no socket.
fleetsim_test(scenario_test SOURCES
  config_document_test.cpp
  config_reader_test.cpp
  config_variables_test.cpp
  config_device_csv_test.cpp
  config_platform_test.cpp
  scenario_faults_test.cpp
  scenario_reader_test.cpp
  scenario_mistakes_test.cpp
  scenario_naming_test.cpp
  scenario_whole_paths_test.cpp
  LINKS fleetsim_scenario)
target_compile_definitions(scenario_test PRIVATE SOURCE_ROOT="${CMAKE_CURRENT_LIST_DIR}/../..")

fleetsim_test(metrics_test SOURCES
  metrics_histogram_test.cpp
  metrics_series_test.cpp
  threshold_test.cpp
  LINKS fleetsim_metrics)

fleetsim_test(weather_test SOURCES
  weather/backoff_class_test.cpp
  weather/backoff_rates_test.cpp
  weather/backoff_rows_test.cpp
  weather/gap_table_test.cpp
  weather/projection_test.cpp
  weather/storm_test.cpp
  weather/weather_csv_test.cpp
  weather/weather_edges_test.cpp
  weather/weather_recorder_test.cpp
  LINKS fleetsim_weather)

fleetsim_test(report_test SOURCES
  events_stream_test.cpp
  report_exit_code_test.cpp
  report_html_test.cpp
  report_json_test.cpp
  report_numbers_test.cpp
  report_summary_test.cpp
  LINKS fleetsim_report)

fleetsim_test(app_test SOURCES
  app_command_line_test.cpp
  app_progress_test.cpp
  LINKS fleetsim_app)

# The JSON Schemas against the reader: what one takes the other takes, what one refuses the other refuses.
add_executable(print_sample_report ${CMAKE_CURRENT_LIST_DIR}/report_print_sample.cpp)
target_link_libraries(print_sample_report PRIVATE fleetsim_common fleetsim_warnings fleetsim_report)
add_executable(check_scenario ${CMAKE_CURRENT_LIST_DIR}/scenario_check.cpp)
target_link_libraries(check_scenario PRIVATE fleetsim_common fleetsim_warnings fleetsim_scenario)
add_test(NAME schemas.match_the_readers COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/scenario_schema_test.py)
set_tests_properties(schemas.match_the_readers PROPERTIES TIMEOUT 120 ENVIRONMENT
  "CHECK_SCENARIO=$<TARGET_FILE:check_scenario>;PRINT_SAMPLE_REPORT=$<TARGET_FILE:print_sample_report>")

# The HTML report in a browser.
add_test(NAME html_report.is_readable_and_harmless_in_a_browser COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/html_report_test.py)
set_tests_properties(html_report.is_readable_and_harmless_in_a_browser PROPERTIES TIMEOUT 180 COST 30 LABELS judge ENVIRONMENT
  "PRINT_SAMPLE_REPORT=$<TARGET_FILE:print_sample_report>;FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")

# Each device in the region nearest to its country, computed by somebody else.
add_test(NAME nearest_access.agrees_with_an_independent_computation
  COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/nearest_access_oracle_test.py)
set_tests_properties(nearest_access.agrees_with_an_independent_computation PROPERTIES TIMEOUT 300 COST 30 LABELS judge ENVIRONMENT
  "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")

# The program as a user meets it, where no socket is needed.
add_test(NAME command_line.answers_as_documented COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/app_program_test.py)
set_tests_properties(command_line.answers_as_documented PROPERTIES TIMEOUT 120 COST 30 ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
