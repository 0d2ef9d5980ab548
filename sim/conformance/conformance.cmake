# fleetsim_conformance: the exam of a device under test. Requirements are files of their own, a folder a group; adapters are under duts/.
file(GLOB fleetsim_requirements RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS conformance/requirements/*.cpp conformance/requirements/*/*.cpp)
file(GLOB fleetsim_wire_mutants RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS conformance/wire_mutants/*.cpp)
fleetsim_library(fleetsim_wire_mutants SOURCES ${fleetsim_wire_mutants} LINKS fleetsim_devicecore fleetsim_platform_core)
fleetsim_library(fleetsim_conformance SOURCES
  conformance/baseline.cpp
  conformance/capabilities.cpp
  conformance/capabilities_file.cpp
  conformance/discovery.cpp
  conformance/duts/bench_firmware.cpp
  conformance/duts/bench_scenario.cpp
  conformance/duts/bench_tls.cpp
  conformance/duts/call_watch.cpp
  conformance/duts/child_guard.cpp
  conformance/duts/child_process.cpp
  conformance/duts/command_text.cpp
  conformance/duts/connect_watch.cpp
  conformance/duts/core_device.cpp
  conformance/duts/core_dut.cpp
  conformance/duts/core_guard.cpp
  conformance/duts/core_library.cpp
  conformance/duts/exam_taps.cpp
  conformance/duts/external_bench.cpp
  conformance/duts/external_dut.cpp
  conformance/duts/flash_watch.cpp
  conformance/duts/list.cpp
  conformance/duts/listening_sockets.cpp
  conformance/duts/log_ring.cpp
  conformance/duts/process_bench.cpp
  conformance/duts/process_dut.cpp
  conformance/duts/prompts.cpp
  conformance/duts/second_session.cpp
  conformance/duts/socket_bench.cpp
  conformance/duts/socket_stage.cpp
  conformance/duts/socket_stage_links.cpp
  conformance/duts/virtual_bench.cpp
  conformance/duts/virtual_dut.cpp
  conformance/duts/wire_proxy.cpp
  conformance/duts/work_folder.cpp
  conformance/exam.cpp
  conformance/exam_plan.cpp
  conformance/examiner.cpp
  conformance/json_file.cpp
  conformance/seen.cpp
  conformance/seen_tls.cpp
  conformance/selection.cpp
  conformance/reports/exam_progress_line.cpp
  conformance/reports/sheet_html.cpp
  conformance/reports/sheet_json.cpp
  conformance/reports/sheet_junit.cpp
  conformance/reports/sheet_markdown.cpp
  conformance/reports/sheet_text.cpp
  ${fleetsim_requirements}
  LINKS fleetsim_wire_mutants fleetsim_live fleetsim_world fleetsim_trace fleetsim_scenario fmt::fmt ${CMAKE_DL_LIBS})
# Some three hundred files of thirty lines: more of them at a time than elsewhere.
if(FLEETSIM_UNITY_BATCH GREATER 1)
  math(EXPR fleetsim_many "2 * ${FLEETSIM_UNITY_BATCH}")
  set_target_properties(fleetsim_conformance PROPERTIES UNITY_BUILD_BATCH_SIZE ${fleetsim_many})
endif()
