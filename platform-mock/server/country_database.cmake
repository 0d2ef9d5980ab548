# fleetsim_country_database: MaxMind-DB files. Apart from the server, because fleets draw their addresses from it too.
find_path(MAXMINDDB_INCLUDE_DIR maxminddb.h REQUIRED)
find_library(MAXMINDDB_LIBRARY maxminddb REQUIRED)

fleetsim_library(fleetsim_country_database SOURCES server/country_database.cpp LINKS fleetsim_platform_core ${MAXMINDDB_LIBRARY})
target_include_directories(fleetsim_country_database SYSTEM PRIVATE ${MAXMINDDB_INCLUDE_DIR})
