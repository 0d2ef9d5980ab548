# fleetsim_platform_store: the platform's state in an SQLite file.
find_package(SQLiteCpp REQUIRED)
find_package(SQLite3 REQUIRED)

fleetsim_library(fleetsim_platform_store SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/api_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/code_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/database.cpp
  ${CMAKE_CURRENT_LIST_DIR}/firmware_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/group_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/job_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/list_text.cpp
  ${CMAKE_CURRENT_LIST_DIR}/place_numbers.cpp
  ${CMAKE_CURRENT_LIST_DIR}/registry_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/request_text.cpp
  ${CMAKE_CURRENT_LIST_DIR}/row_writer.cpp
  ${CMAKE_CURRENT_LIST_DIR}/schema.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sqlite_store.cpp
  ${CMAKE_CURRENT_LIST_DIR}/state_check.cpp
  ${CMAKE_CURRENT_LIST_DIR}/thing_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/thing_text.cpp
  ${CMAKE_CURRENT_LIST_DIR}/upload_tables.cpp
  ${CMAKE_CURRENT_LIST_DIR}/volatile_store.cpp
  LINKS fleetsim_platform_core SQLiteCpp SQLite::SQLite3)
