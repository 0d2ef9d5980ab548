# Placement, nearest access, the bootstrap endpoint and the country database.
set(FLEETSIM_COUNTRY_DATABASE "${PROJECT_SOURCE_DIR}/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"
    CACHE FILEPATH "MaxMind-DB file with country codes, for tests")

fleetsim_test(platform_placement SOURCES
  cidr_test.cpp
  distribution_placement_test.cpp
  distribution_rules_test.cpp
  nearest_test.cpp
  registry_config_test.cpp
  registry_test.cpp
  LINKS fleetsim_platform_core)

fleetsim_test(platform_bootstrap SOURCES
  bootstrap_form_test.cpp
  bootstrap_http_test.cpp
  bootstrap_test.cpp
  LINKS fleetsim_platform_core)

# The database comes with tools/install-deps.sh; without it the test fails.
fleetsim_test(platform_country_database SOURCES country_database_test.cpp LINKS fleetsim_country_database)
target_compile_definitions(platform_country_database PRIVATE FLEETSIM_COUNTRY_DATABASE="${FLEETSIM_COUNTRY_DATABASE}")

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME config_reference.pages_are_those_of_the_schemas
         COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tools/make-config-reference.py" --check)
add_test(NAME config_reference.a_stale_page_is_seen
         COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/gates/config_reference_test.py" "${PROJECT_SOURCE_DIR}")

# The distribution page, rule by rule: platform-mock/RULES.md names these tests.
fleetsim_test(platform_rules SOURCES
  device_list_csv_test.cpp
  registry_removal_test.cpp
  rules_item_test.cpp
  rules_job_test.cpp
  rules_method_test.cpp
  rules_policy_test.cpp
  LINKS fleetsim_platform_core)
add_test(NAME platform_rules.page_names_tests_that_exist
         COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/gates/rules_test.py" "${PROJECT_SOURCE_DIR}")
add_test(NAME platform_rules.a_page_without_rules_is_seen
         COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/gates/rules_test.py" "${PROJECT_SOURCE_DIR}"
                 "${PROJECT_SOURCE_DIR}/platform-mock/README.md")
set_tests_properties(platform_rules.a_page_without_rules_is_seen PROPERTIES WILL_FAIL TRUE)

# The console's API and its description.
fleetsim_test(platform_console SOURCES console_api_test.cpp console_misbehaviour_test.cpp LINKS fleetsim_platform_core)
target_compile_definitions(platform_console PRIVATE
  FLEETSIM_CONSOLE_DESCRIPTION="${PROJECT_SOURCE_DIR}/platform-mock/console-api.openapi.json")
