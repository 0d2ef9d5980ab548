# The agent and the device as a whole.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)

fleetsim_test(devicecore_agent_tests
  SOURCES
    agent_test.cpp
    alink_test.cpp
    backoff_test.cpp
    bootstrap_messages_test.cpp
    device_commands_test.cpp
    device_faults_test.cpp
    device_gateway_test.cpp
    device_life_test.cpp
    device_moves_test.cpp
    device_power_test.cpp
    device_profiles_test.cpp
    device_redirect_test.cpp
    device_registration_test.cpp
    device_retry_test.cpp
    device_things_test.cpp
    device_token_test.cpp
    device_upgrade_test.cpp
    device_world.cpp
    endpoint_store_test.cpp
    http_response_reader_test.cpp
    identity_test.cpp
    ip_address_test.cpp
    profile_esp_gateway_test.cpp
    profile_linksdk_4_test.cpp
    profile_living_test.cpp
    profile_node_sdk_test.cpp
    secret_slot_test.cpp
    signing_test.cpp
    url_test.cpp
  LINKS fleetsim_devicecore fleetsim_device_ports OpenSSL::Crypto)
