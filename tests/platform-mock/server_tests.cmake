# The platform's sockets: PROXY headers, TLS, and whole servers on 127.x.y.z.
fleetsim_test(platform_proxy_test SOURCES proxy_header_test.cpp LINKS fleetsim_platform_core)
fleetsim_test(platform_tls_test SOURCES tls_engine_test.cpp tls_hmac_test.cpp tls_authority_test.cpp
  tls_client.cpp
  LINKS fleetsim_platform_tls)
fleetsim_test(platform_server_test SOURCES
  server_buffer_test.cpp
  server_connect_test.cpp
  server_limits_test.cpp
  server_log_test.cpp
  server_names_test.cpp
  server_operations_test.cpp
  server_prologue_test.cpp
  server_proxy_test.cpp
  server_serve_test.cpp
  server_start_test.cpp
  server_state_test.cpp
  server_tls_test.cpp
  server_fixture.cpp
  tls_client.cpp
  LINKS fleetsim_platform_server LABELS live)
