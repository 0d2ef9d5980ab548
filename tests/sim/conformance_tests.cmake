# The exam: evidence and verdicts by themselves, then whole exams of the reference and of every mutant.
fleetsim_test(conformance_test SOURCES conformance/examiner_test.cpp conformance/matrix_test.cpp conformance/seen_test.cpp LINKS fleetsim_conformance)
add_test(NAME conformance.as_a_user_meets_it COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/conform_program_test.py)
set_tests_properties(conformance.as_a_user_meets_it PROPERTIES TIMEOUT 300 COST 20 ENVIRONMENT "FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
