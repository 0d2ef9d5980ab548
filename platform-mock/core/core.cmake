# fleetsim_platform_core: the platform as a sans-I/O state machine. Boost headers only (Beast's parser), no Asio, no OpenSSL.
find_package(Boost 1.81 REQUIRED)

fleetsim_library(fleetsim_platform_core SOURCES
  core/accounts/account_directory.cpp
  core/accounts/verification_codes.cpp
  core/bootstrap.cpp
  core/cidr_table.cpp
  core/console/console_accounts.cpp
  core/console/console_api.cpp
  core/console/console_call.cpp
  core/console/console_device_lists.cpp
  core/console/console_jobs.cpp
  core/console/console_part.cpp
  core/console/console_products.cpp
  core/console/console_services.cpp
  core/console/device_list_csv.cpp
  core/console/job_body.cpp
  core/country_table.cpp
  core/distribution.cpp
  core/distribution_job.cpp
  core/distribution_placement.cpp
  core/distribution_record.cpp
  core/distribution_report.cpp
  core/endpoint_names.cpp
  core/distribution_rules.cpp
  core/distribution_targets.cpp
  core/http/form.cpp
  core/http/http_connection.cpp
  core/http/http_request_reader.cpp
  core/http/multipart.cpp
  core/http/management_service.cpp
  core/json_text.cpp
  core/nearest.cpp
  core/placement_event.cpp
  core/platform_config.cpp
  core/product_rules.cpp
  core/region_table.cpp
  core/registry.cpp
  core/utf8.cpp
  LINKS fleetsim_base Boost::headers)

# Sessions, routing and the MQTT codec add their own files.
include(core/broker.cmake)
include(core/api/api.cmake)
include(core/misbehaviour/misbehaviour.cmake)
