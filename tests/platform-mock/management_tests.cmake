# The management endpoint: HTTP, files, the management API.
fleetsim_test(platform_management SOURCES
  http_management_test.cpp
  LINKS fleetsim_platform_core)
