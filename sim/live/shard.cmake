# fleetsim_live_shard: one event loop of the generator, with its devices, links, TLS and Paho.
find_package(OpenSSL 3 REQUIRED)
find_package(Threads REQUIRED)
find_library(PAHO_MQTTPP3_LIBRARY paho-mqttpp3 REQUIRED)
find_library(PAHO_MQTT3AS_LIBRARY paho-mqtt3as REQUIRED)

# fleetsim_host_tls: the devices' engines, by this host's libraries; no sockets.
fleetsim_library(fleetsim_host_tls SOURCES
  live/faulty_tls_sessions.cpp
  live/host_tls_sessions.cpp
  live/openssl_client_engine.cpp
  LINKS fleetsim_base fleetsim_device_ports OpenSSL::SSL OpenSSL::Crypto)

fleetsim_library(fleetsim_live_shard SOURCES
  live/ca_file.cpp
  live/event_loop.cpp
  live/link_driver.cpp
  live/live_shard.cpp
  live/paho_device.cpp
  live/paho_transport.cpp
  live/poller.cpp
  live/proxy_header.cpp
  live/severed_sockets.cpp
  live/tcp_socket.cpp
  LINKS fleetsim_host_tls fleetsim_world_shard fleetsim_devicecore fleetsim_device_ports fleetsim_metrics fleetsim_asio
        OpenSSL::SSL OpenSSL::Crypto ${PAHO_MQTTPP3_LIBRARY} ${PAHO_MQTT3AS_LIBRARY} Threads::Threads)
# Its handle is made of types that no other file may name: GCC wants the file that makes it to stand alone.
set_source_files_properties(live/paho_transport.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
