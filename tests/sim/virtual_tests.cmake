# World `virtual`: what its parts do, and whole runs (label live: some run on sockets too, to compare).
fleetsim_test(virtual_parts_test SOURCES virtual/mailbox_test.cpp virtual/link_routes_test.cpp virtual/link_timing_test.cpp virtual/virtual_platform_test.cpp
  LINKS fleetsim_virtual fleetsim_platform_server)
fleetsim_test(virtual_run_test SOURCES virtual/virtual_run_test.cpp virtual/virtual_tls_test.cpp virtual/same_bytes_test.cpp
  virtual/both_worlds_test.cpp virtual/byte_trace.cpp LINKS fleetsim_live LABELS live)
target_compile_definitions(virtual_run_test PRIVATE SOURCE_ROOT="${CMAKE_CURRENT_LIST_DIR}/../..")
# An executable of its own: it counts what operator new is asked for.
fleetsim_test(virtual_allocation_test SOURCES virtual/virtual_allocation_test.cpp LINKS fleetsim_live)
# Likewise with the program's operator new.
fleetsim_test(large_allocations_test SOURCES large_allocations_test.cpp ${PROJECT_SOURCE_DIR}/sim/app/large_allocations.cpp)

# What ships is run on a release build (stage run of test.sh); here the judge is judged.
add_test(NAME shipped_runs.tell_each_way_to_fall_short COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/virtual/shipped_runs_test.py)
