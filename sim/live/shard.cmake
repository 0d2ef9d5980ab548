# fleetsim_live_shard: one event loop of the generator, with its devices, links, TLS and Paho.
find_package(OpenSSL 3 REQUIRED)
find_package(Threads REQUIRED)
find_library(PAHO_MQTTPP3_LIBRARY paho-mqttpp3 REQUIRED)
find_library(PAHO_MQTT3AS_LIBRARY paho-mqtt3as REQUIRED)

fleetsim_library(fleetsim_live_shard SOURCES
  live/ca_file.cpp
  live/device_shell.cpp
  live/device_shell_links.cpp
  live/device_traffic.cpp
  live/event_loop.cpp
  live/failure_text.cpp
  live/link_driver.cpp
  live/observer.cpp
  live/openssl_client_engine.cpp
  live/paho_device.cpp
  live/paho_transport.cpp
  live/poller.cpp
  live/process_resources.cpp
  live/proxy_header.cpp
  live/schedule_runner.cpp
  live/shard.cpp
  live/tcp_socket.cpp
  live/tls_sessions.cpp
  LINKS fleetsim_devicecore fleetsim_device_ports fleetsim_metrics fleetsim_asio
        OpenSSL::SSL OpenSSL::Crypto ${PAHO_MQTTPP3_LIBRARY} ${PAHO_MQTT3AS_LIBRARY} Threads::Threads)
# Its inner class holds one without linkage, which GCC allows only where the file is the whole of what is compiled.
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/live/paho_transport.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
