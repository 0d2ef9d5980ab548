# The agent and the device as a whole.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)

fleetsim_test(devicecore_agent_tests
  SOURCES
    device_life_test.cpp
    device_faults_test.cpp
    device_world.cpp
  LINKS fleetsim_devicecore OpenSSL::Crypto)
