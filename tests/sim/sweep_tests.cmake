# Sweeps over a scripted runner, shrinking, drawn faults, scenarios that are written out.
fleetsim_test(sweep_test SOURCES
  sweep/case_text_test.cpp
  sweep/random_faults_test.cpp
  sweep/shrink_test.cpp
  sweep/shrunk_scenario_test.cpp
  sweep/sweep_report_test.cpp
  sweep/sweep_test.cpp
  LINKS fleetsim_sweep)
# Whole runs in simulated time with every invariant watching.
fleetsim_test(planted_bugs_test SOURCES sweep/case_verdict_test.cpp sweep/planted_bugs_test.cpp LINKS fleetsim_case_runner)
# The verb over a simulator that breaks.
add_executable(crashing_sweep sweep/crashing_sweep.cpp)
target_link_libraries(crashing_sweep PRIVATE fleetsim_common fleetsim_warnings fleetsim_program)
add_test(NAME sweep.as_a_user_meets_it COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/sweep_program_test.py)
set_tests_properties(sweep.as_a_user_meets_it PROPERTIES TIMEOUT 300 COST 30 ENVIRONMENT
  "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>;CRASHING_SWEEP=$<TARGET_FILE:crashing_sweep>")
# The same invariants in a run and in a replay.
add_test(NAME invariants.as_a_user_meets_them COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/watched_program_test.py)
set_tests_properties(invariants.as_a_user_meets_them PROPERTIES TIMEOUT 300 COST 20 ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
