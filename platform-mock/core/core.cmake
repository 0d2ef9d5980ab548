# fleetsim_platform_core: the platform as a sans-I/O state machine. Boost headers only (Beast's parser), no Asio, no OpenSSL.
find_package(Boost 1.81 REQUIRED)

fleetsim_library(fleetsim_platform_core SOURCES
  core/platform_config.cpp
  LINKS fleetsim_base Boost::headers)

# Sessions, routing and the MQTT codec add their own files.
include(core/broker.cmake OPTIONAL)
