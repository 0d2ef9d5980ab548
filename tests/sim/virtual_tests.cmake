# World `virtual`: what its parts do, and whole runs (label live: some run on sockets too, to compare).
fleetsim_test(virtual_parts_test SOURCES virtual/mailbox_test.cpp virtual/link_routes_test.cpp virtual/link_timing_test.cpp virtual/virtual_platform_test.cpp
  LINKS fleetsim_virtual fleetsim_platform_server)
fleetsim_test(virtual_run_test SOURCES virtual/virtual_run_test.cpp virtual/virtual_tls_test.cpp virtual/same_bytes_test.cpp
  virtual/byte_trace.cpp LINKS fleetsim_live LABELS live)
target_compile_definitions(virtual_run_test PRIVATE SOURCE_ROOT="${CMAKE_CURRENT_LIST_DIR}/../..")
