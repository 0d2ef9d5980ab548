# The state folder: round trips, crashes, folders that cannot be used.
fleetsim_test(platform_store_test SOURCES store_folder_test.cpp store_later_parts_test.cpp store_state_test.cpp store_world.cpp
  LINKS fleetsim_platform_store LABELS platform)
