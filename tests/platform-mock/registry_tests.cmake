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
