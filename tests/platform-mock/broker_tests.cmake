# Tests of the platform's MQTT side and of its facade.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)

fleetsim_library(broker_world SOURCES broker_world.cpp LINKS fleetsim_platform_core OpenSSL::Crypto GTest::gtest)

foreach(part codec connect session notify uplink downlink limits allocation facade)
  fleetsim_test(broker_${part}_test SOURCES broker_${part}_test.cpp LINKS broker_world LABELS platform)
endforeach()
target_sources(broker_facade_test PRIVATE deadline_queue_test.cpp)

# What the platform does wrong on demand.
fleetsim_test(platform_misbehaviour_test SOURCES
  misbehaviour_bootstrap_test.cpp
  misbehaviour_mqtt_test.cpp
  misbehaviour_rules_test.cpp
  LINKS broker_world LABELS platform)

# What devices talk to beyond sessions: runtime data, services, gateways, registration, firmware.
fleetsim_test(platform_things_data_test SOURCES things_data_test.cpp LINKS fleetsim_platform_core LABELS platform)
fleetsim_test(platform_services_test SOURCES
  counts_limits_test.cpp
  limit_settings_test.cpp
  services_firmware_test.cpp
  services_gateway_test.cpp
  services_registration_test.cpp
  services_stays_test.cpp
  services_thing_test.cpp
  services_world.cpp
  LINKS broker_world LABELS platform)
