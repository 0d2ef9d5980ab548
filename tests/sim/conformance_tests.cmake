# The exam: evidence and verdicts by themselves, then whole exams of the reference and of every mutant.
# Some are whole exams: under sanitizers, three of them beside one another, each lasts its two minutes.
fleetsim_test(conformance_test SOURCES conformance/baseline_test.cpp conformance/capabilities_test.cpp conformance/core_dut_test.cpp conformance/exam_plan_test.cpp
  conformance/exam_test.cpp conformance/exam_words_test.cpp conformance/examiner_test.cpp conformance/matrix_test.cpp conformance/process_parts_test.cpp conformance/second_session_test.cpp conformance/seen_test.cpp conformance/tls_exam_test.cpp conformance/wire_mutants_test.cpp LINKS fleetsim_conformance TIMEOUT 300)
add_test(NAME conformance.as_a_user_meets_it COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/conform_program_test.py)
set_tests_properties(conformance.as_a_user_meets_it PROPERTIES TIMEOUT 300 COST 20 ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
add_test(NAME conformance.of_programs COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/process_dut_test.py)
set_tests_properties(conformance.of_programs PROPERTIES TIMEOUT 600 COST 60 RUN_SERIAL ON ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
add_test(NAME conformance.of_a_board_on_the_desk COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/external_dut_test.py)
add_test(NAME conformance.the_device_program COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/device_program_test.py)
set_tests_properties(conformance.of_a_board_on_the_desk conformance.the_device_program PROPERTIES TIMEOUT 300 COST 20 RUN_SERIAL ON
  ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
add_test(NAME conformance.html_report_is_readable_in_a_browser COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/conform_html_test.py)
set_tests_properties(conformance.html_report_is_readable_in_a_browser PROPERTIES TIMEOUT 180 COST 30 LABELS judge
  ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
add_test(NAME conformance.in_the_ci_of_users COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/ci_files_test.py)
set_tests_properties(conformance.in_the_ci_of_users PROPERTIES TIMEOUT 180 COST 10 ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")

# Firmware cores behind the C interface: one that is right, and many that break a rule each.
set(faulty_cores_folder "${CMAKE_CURRENT_BINARY_DIR}/faulty_cores")
foreach(fault none tells_clock other_version no_step is_none wild_reason tells_secret spins spins_slowly wild_list wild_bytes too_many other_size kind_forgotten sends_early opens_twice
        no_port no_leg no_slot long_slot reads_nothing reads_too_much stays_on shows_secret early_online blank_host image_too_long two_parts restarts_early
        writes_for_ever restarts_for_ever opens_for_ever)
  string(TOUPPER "FAULT_${fault}" fault_constant)
  add_library(faulty_core_${fault} MODULE ${CMAKE_CURRENT_LIST_DIR}/conformance/cores/faulty_core.c)
  target_link_libraries(faulty_core_${fault} PRIVATE fleetsim_common fleetsim_warnings)
  target_compile_definitions(faulty_core_${fault} PRIVATE FAULT=${fault_constant})
  set_target_properties(faulty_core_${fault} PROPERTIES C_STANDARD 11 PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${faulty_cores_folder}")
  add_dependencies(conformance_test faulty_core_${fault})
endforeach()
add_dependencies(conformance_test example_device_core)
target_compile_definitions(conformance_test PRIVATE FAULTY_CORES="${faulty_cores_folder}" EXAMPLE_CORE="$<TARGET_FILE:example_device_core>")
add_test(NAME conformance.the_example_core_in_c_passes_the_catalogue COMMAND fleetsim conform --dut core:$<TARGET_FILE:example_device_core> --quiet)
set_tests_properties(conformance.the_example_core_in_c_passes_the_catalogue PROPERTIES TIMEOUT 600 COST 10)
