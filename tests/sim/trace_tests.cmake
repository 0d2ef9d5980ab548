# trace: the trace hash, the decoders for people, timelines and captures.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)

# A real device and a real platform in memory, whose story is told in every form.
fleetsim_library(trace_duo SOURCES trace/duo.cpp LINKS fleetsim_trace fleetsim_devicecore fleetsim_platform_core OpenSSL::Crypto)
add_executable(print_replay_sample ${CMAKE_CURRENT_LIST_DIR}/trace/print_replay_sample.cpp)
target_link_libraries(print_replay_sample PRIVATE fleetsim_common fleetsim_warnings trace_duo)

fleetsim_test(trace_test SOURCES
  trace/capture_packets_test.cpp
  trace/capture_test.cpp
  trace/http_reader_test.cpp
  trace/kept_back_test.cpp
  trace/mqtt_reader_test.cpp
  trace/recorder_test.cpp
  trace/secrets_test.cpp
  trace/timeline_forms_test.cpp
  trace/timeline_test.cpp
  trace/tls_reader_test.cpp
  trace/trace_hash_test.cpp
  LINKS trace_duo)

# Foreign eyes: Wireshark's dissectors on the captures, the JSON Schema on the stories.
add_test(NAME replay.is_read_by_wireshark_and_passes_its_schema COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/trace/replay_judge.py)
set_tests_properties(replay.is_read_by_wireshark_and_passes_its_schema PROPERTIES TIMEOUT 120 COST 30 LABELS judge ENVIRONMENT
  "PRINT_REPLAY_SAMPLE=$<TARGET_FILE:print_replay_sample>;FLEETSIM_BINARY=$<TARGET_FILE:fleetsim>")
