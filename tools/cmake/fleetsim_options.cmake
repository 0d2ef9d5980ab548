# Options, warnings and sanitizers that every target shares, and the two functions that make targets.
include_guard(GLOBAL)

option(FLEETSIM_TESTS "Build the tests" ON)
option(FLEETSIM_BENCH "Build the benchmarks and yardsticks" OFF)
option(FLEETSIM_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(FLEETSIM_PYTHON "Build the Python module (pybindings)" OFF)
set(FLEETSIM_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined | thread)")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
# Our own assertions stay on in every build, so no NDEBUG.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_RELEASE "-O2")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# A Python module is a shared object, and so are then the libraries in it. Hidden names cost a program nothing, so that the presets whose
# objects a module can share make them so too, and the compiler cache serves both.
if(FLEETSIM_PYTHON)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
if(CMAKE_POSITION_INDEPENDENT_CODE)
  set(CMAKE_C_VISIBILITY_PRESET hidden)
  set(CMAKE_CXX_VISIBILITY_PRESET hidden)
  set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND SKBUILD)
  # pip comes without the settings of tools/build.sh.
  set(CCACHE_PROGRAM "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_DEPEND=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE_PROGRAM}")
endif()
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# A hundred test programs are linked: GNU ld takes four minutes of processor time for them, mold a third of one.
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT (CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12.1))
  add_link_options(-fuse-ld=mold)
endif()

# Warnings are errors where the code is tested: what a compiler doubts, a reader doubts too. Whoever only runs it may have another compiler.
option(FLEETSIM_WARNINGS_ARE_ERRORS "Treat warnings as errors" OFF)
add_library(fleetsim_warnings INTERFACE)
target_compile_options(fleetsim_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum
  $<$<BOOL:${FLEETSIM_WARNINGS_ARE_ERRORS}>:-Werror>
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlaps in std::string's own operator+ when it optimises (its bug 105651).
  target_compile_options(fleetsim_warnings INTERFACE -Wno-restrict)
endif()

# Include paths are from the root of the source tree: "devicecore/device.hpp".
add_library(fleetsim_common INTERFACE)
target_include_directories(fleetsim_common INTERFACE "${PROJECT_SOURCE_DIR}")
if(FLEETSIM_SANITIZE)
  target_compile_options(fleetsim_common INTERFACE -fsanitize=${FLEETSIM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(fleetsim_common INTERFACE -fsanitize=${FLEETSIM_SANITIZE})
endif()
if(FLEETSIM_SANITIZE MATCHES "undefined")
  # The vptr check opens a pipe to see whether memory can be read: in tests that use up every descriptor it accuses sound objects.
  target_compile_options(fleetsim_common INTERFACE -fno-sanitize=vptr)
endif()
if(FLEETSIM_SANITIZE MATCHES "thread")
  # ThreadSanitizer knows no fences. Asio's are an extra: what it hands between threads goes under a mutex.
  target_compile_definitions(fleetsim_common INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
if(FLEETSIM_FUZZ)
  target_compile_options(fleetsim_common INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Most of the time that a small file costs goes into the headers of others: compiled by the dozen the whole tree takes a third of it. So
# names without linkage must differ within a target. 0 when you work on one file for long. Preset fuzz groups otherwise than the rest, so
# that a file that lives on what its neighbour includes is found.
set(FLEETSIM_UNITY_BATCH 32 CACHE STRING "How many sources of a target are compiled at a time; 0: each alone")
function(fleetsim_compile_together name)
  if(FLEETSIM_UNITY_BATCH GREATER 1)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${FLEETSIM_UNITY_BATCH})
  endif()
endfunction()

# fleetsim_library(name SOURCES a.cpp ... LINKS x y)
function(fleetsim_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINKS")
  add_library(${name} STATIC ${ARG_SOURCES})
  fleetsim_compile_together(${name})
  target_link_libraries(${name} PUBLIC fleetsim_common ${ARG_LINKS} PRIVATE fleetsim_warnings)
endfunction()

# fleetsim_test(name SOURCES a.cpp ... LINKS x y [LABELS live] [TIMEOUT seconds]): a GoogleTest program whose cases ctest knows one by one.
# Label `live`: several threads or real sockets; those run under ThreadSanitizer too (target live_tests builds them).
function(fleetsim_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  fleetsim_compile_together(${name})
  target_link_libraries(${name} PRIVATE fleetsim_common fleetsim_warnings ${ARG_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if("live" IN_LIST ARG_LABELS)
    if(NOT TARGET live_tests)
      add_custom_target(live_tests)
    endif()
    add_dependencies(live_tests ${name})
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
