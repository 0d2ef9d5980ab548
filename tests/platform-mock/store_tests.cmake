# The state folder: round trips, crashes, folders that cannot be used.
fleetsim_test(platform_store_test SOURCES
  store_actions_test.cpp
  store_api_test.cpp
  store_folder_test.cpp
  store_later_parts_test.cpp
  store_state_test.cpp
  store_world.cpp
  LINKS fleetsim_platform_store api_world broker_world LABELS platform)
