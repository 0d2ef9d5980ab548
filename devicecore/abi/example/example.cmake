# The example core as what `fleetsim conform --dut core:` takes: build/<preset>/lib/example_device_core.so. C11, and no warning at all.
add_library(example_device_core_parts OBJECT
  abi/example/agent.c
  abi/example/agent_upgrade.c
  abi/example/alink.c
  abi/example/backoff.c
  abi/example/core.c
  abi/example/endpoint.c
  abi/example/http.c
  abi/example/json.c
  abi/example/md5.c
  abi/example/mqtt_packets.c
  abi/example/mqtt_session.c
  abi/example/ota.c
  abi/example/outputs.c
  abi/example/sha256.c
  abi/example/text.c
  abi/example/upgrade.c)
target_include_directories(example_device_core_parts PRIVATE abi)
target_link_libraries(example_device_core_parts PRIVATE fleetsim_common)
target_compile_options(example_device_core_parts PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Werror)
set_target_properties(example_device_core_parts PROPERTIES
  C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)

add_library(example_device_core MODULE $<TARGET_OBJECTS:example_device_core_parts>)
target_link_libraries(example_device_core PRIVATE fleetsim_common)
set_target_properties(example_device_core PROPERTIES LINKER_LANGUAGE C PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
