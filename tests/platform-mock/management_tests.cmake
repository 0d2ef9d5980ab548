# The management endpoint: HTTP, files, the management API.
find_package(Boost 1.81 REQUIRED COMPONENTS json)

fleetsim_library(api_world SOURCES api_world.cpp LINKS fleetsim_platform_core fleetsim_platform_tls Boost::json GTest::gtest)

fleetsim_test(platform_management SOURCES
  api_signature_test.cpp
  api_text_test.cpp
  file_server_test.cpp
  http_management_test.cpp
  LINKS fleetsim_platform_core fleetsim_platform_tls)

fleetsim_test(platform_api SOURCES
  api_counts_test.cpp
  api_direct_test.cpp
  api_bad_input_test.cpp
  api_devices_test.cpp
  api_distribution_test.cpp
  api_firmware_test.cpp
  api_firmware_view_test.cpp
  api_gateway_test.cpp
  api_labels_test.cpp
  api_limits_test.cpp
  api_paging_test.cpp
  api_parameters_test.cpp
  api_products_test.cpp
  api_residence_test.cpp
  api_things_test.cpp
  api_upgrade_test.cpp
  console_services_test.cpp
  LINKS api_world broker_world)
