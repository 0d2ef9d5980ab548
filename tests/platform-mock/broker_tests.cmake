# Tests of the platform's MQTT side and of its facade.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)

fleetsim_library(broker_world SOURCES broker_world.cpp LINKS fleetsim_platform_core OpenSSL::Crypto GTest::gtest)

foreach(part codec connect session notify uplink downlink limits allocation facade)
  fleetsim_test(broker_${part}_test SOURCES broker_${part}_test.cpp LINKS broker_world LABELS platform)
endforeach()
