# fleetsim_app: the command line, without what needs sockets, so that tests can link it. fleetsim: the program.
find_package(CLI11 REQUIRED)

fleetsim_library(fleetsim_app SOURCES
  app/command_line.cpp
  app/conform_options.cpp
  app/device_options.cpp
  app/interrupt.cpp
  app/list.cpp
  app/list_text.cpp
  app/output_file.cpp
  app/progress_line.cpp
  app/sweep_options.cpp
  app/validate.cpp
  app/version.cpp
  LINKS fleetsim_scenario fleetsim_invariants fleetsim_wire_mutants CLI11::CLI11 fmt::fmt)
target_compile_definitions(fleetsim_app PRIVATE FLEETSIM_VERSION="${PROJECT_VERSION}")

# How a sweep runs one case; with the worlds, so that tests can sweep too.
fleetsim_library(fleetsim_case_runner SOURCES app/case_runner.cpp app/case_verdict.cpp LINKS fleetsim_sweep fleetsim_oracles fleetsim_live)

# The verbs: all that the program does, for whoever else speaks its command line (Python).
fleetsim_library(fleetsim_program SOURCES
  app/conform.cpp
  app/conform_exam.cpp
  app/conform_reports.cpp
  app/crash_notes.cpp
  app/device.cpp
  app/platform.cpp
  app/program.cpp
  app/replay.cpp
  app/run.cpp
  app/sweep.cpp
  LINKS fleetsim_app fleetsim_case_runner fleetsim_conformance fleetsim_live fleetsim_platform_server fleetsim_platform_store)

add_executable(fleetsim app/main.cpp)
target_link_libraries(fleetsim PRIVATE fleetsim_common fleetsim_warnings fleetsim_program)

# What a large fleet's memory comes from; sanitizers bring allocators of their own. jemalloc gives back less eagerly than the C library and
# lies in huge pages as a whole: a million simulated devices take a fifth less time. Without it all works the same.
add_library(fleetsim_large_memory INTERFACE)
if(NOT FLEETSIM_SANITIZE)
  target_sources(fleetsim_large_memory INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/app/large_allocations.cpp)
  find_library(FLEETSIM_JEMALLOC jemalloc)
  if(FLEETSIM_JEMALLOC)
    target_link_libraries(fleetsim_large_memory INTERFACE ${FLEETSIM_JEMALLOC})
  else()
    message(STATUS "jemalloc (libjemalloc-dev) is not here: large fleets take about a fifth more time")
  endif()
endif()
target_link_libraries(fleetsim PRIVATE fleetsim_large_memory)
