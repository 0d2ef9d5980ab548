# Adds the facade, the MQTT side and what both share to fleetsim_platform_core.
find_package(Boost 1.81 REQUIRED COMPONENTS json)

target_sources(fleetsim_platform_core PRIVATE
  core/connection_table.cpp
  core/platform.cpp
  core/mqtt/alink_message.cpp
  core/mqtt/broker.cpp
  core/mqtt/broker_connect.cpp
  core/mqtt/broker_downlink.cpp
  core/mqtt/broker_registration.cpp
  core/mqtt/broker_sub_devices.cpp
  core/mqtt/broker_uplink.cpp
  core/mqtt/connect_auth.cpp
  core/mqtt/decoder.cpp
  core/mqtt/device_desk.cpp
  core/mqtt/encoder.cpp
  core/mqtt/link.cpp
  core/mqtt/mqtt_text.cpp
  core/mqtt/session.cpp
  core/mqtt/topic_filter.cpp
  core/mqtt/topic_rules.cpp)
include(core/things/things.cmake)
target_link_libraries(fleetsim_platform_core PUBLIC Boost::json)
