# What a store needs of the core: putting back what was kept, and the rules that hold for it.
target_sources(fleetsim_platform_core PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/configured_products.cpp
  ${CMAKE_CURRENT_LIST_DIR}/distribution_restore.cpp
  ${CMAKE_CURRENT_LIST_DIR}/invariants.cpp
  ${CMAKE_CURRENT_LIST_DIR}/registry_restore.cpp
  ${CMAKE_CURRENT_LIST_DIR}/update_invariants.cpp)
