# The exam: evidence and verdicts by themselves, then whole exams of the reference and of every mutant.
fleetsim_test(conformance_test SOURCES conformance/baseline_test.cpp conformance/capabilities_test.cpp conformance/exam_plan_test.cpp
  conformance/examiner_test.cpp conformance/matrix_test.cpp conformance/seen_test.cpp LINKS fleetsim_conformance)
add_test(NAME conformance.as_a_user_meets_it COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/conform_program_test.py)
set_tests_properties(conformance.as_a_user_meets_it PROPERTIES TIMEOUT 300 COST 20 ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
add_test(NAME conformance.html_report_is_readable_in_a_browser COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/conform_html_test.py)
set_tests_properties(conformance.html_report_is_readable_in_a_browser PROPERTIES TIMEOUT 180 COST 30 LABELS judge
  ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
add_test(NAME conformance.in_the_ci_of_users COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/ci_files_test.py)
set_tests_properties(conformance.in_the_ci_of_users PROPERTIES TIMEOUT 180 COST 10 ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
