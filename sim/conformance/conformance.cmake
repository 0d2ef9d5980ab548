# fleetsim_conformance: the exam of a device under test. Requirements are files of their own, a folder a group; adapters are under duts/.
file(GLOB fleetsim_requirements RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS conformance/requirements/*.cpp conformance/requirements/*/*.cpp)
fleetsim_library(fleetsim_conformance SOURCES
  conformance/duts/exam_taps.cpp
  conformance/duts/list.cpp
  conformance/duts/virtual_bench.cpp
  conformance/duts/virtual_dut.cpp
  conformance/exam.cpp
  conformance/examiner.cpp
  conformance/seen.cpp
  conformance/selection.cpp
  conformance/reports/sheet_json.cpp
  conformance/reports/sheet_junit.cpp
  conformance/reports/sheet_markdown.cpp
  conformance/reports/sheet_text.cpp
  ${fleetsim_requirements}
  LINKS fleetsim_live fleetsim_world fleetsim_trace fleetsim_scenario fmt::fmt)
