# fleetsim_asio: Boost.Asio compiled once (whoever uses Asio links it).
# fleetsim_platform_server: the platform on real sockets.
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
# The package's own CMake file wants its web server and curl: only the core library is used.
find_library(PROMETHEUS_CPP_CORE prometheus-cpp-core REQUIRED)

add_library(fleetsim_asio STATIC ${CMAKE_CURRENT_LIST_DIR}/asio_impl.cpp)
target_compile_definitions(fleetsim_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(fleetsim_asio PUBLIC fleetsim_common Boost::headers Threads::Threads)

# Sans-I/O, so it belongs to the core, where it is fuzzed without sockets.
target_sources(fleetsim_platform_core PRIVATE ${CMAKE_CURRENT_LIST_DIR}/../core/proxy_protocol.cpp)

fleetsim_library(fleetsim_platform_tls SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/certificate_authority.cpp
  ${CMAKE_CURRENT_LIST_DIR}/openssl_hmac.cpp
  ${CMAKE_CURRENT_LIST_DIR}/openssl_server_engine.cpp
  ${CMAKE_CURRENT_LIST_DIR}/faulty_certificates.cpp
  ${CMAKE_CURRENT_LIST_DIR}/session_memory.cpp
  ${CMAKE_CURRENT_LIST_DIR}/unwilling_engine.cpp
  ${CMAKE_CURRENT_LIST_DIR}/seeded_openssl.cpp
  LINKS fleetsim_base OpenSSL::SSL OpenSSL::Crypto)

fleetsim_library(fleetsim_platform_metrics SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/metrics/api_meter.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/families.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/health_page.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/metric_api.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/metric_devices.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/metric_jobs.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/metric_limits.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/metric_listeners.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/metric_process.cpp
  ${CMAKE_CURRENT_LIST_DIR}/metrics/metrics_page.cpp
  LINKS fleetsim_platform_core ${PROMETHEUS_CPP_CORE})

fleetsim_library(fleetsim_platform_server SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/accept_loop.cpp
  ${CMAKE_CURRENT_LIST_DIR}/connection_io.cpp
  ${CMAKE_CURRENT_LIST_DIR}/listener.cpp
  ${CMAKE_CURRENT_LIST_DIR}/platform_server.cpp
  ${CMAKE_CURRENT_LIST_DIR}/server_loop.cpp
  ${CMAKE_CURRENT_LIST_DIR}/server_parts.cpp
  # These know no Asio and do not pay for it.
 
  ${CMAKE_CURRENT_LIST_DIR}/output_buffer.cpp
  ${CMAKE_CURRENT_LIST_DIR}/peer_prologue.cpp
  ${CMAKE_CURRENT_LIST_DIR}/serve.cpp
  ${CMAKE_CURRENT_LIST_DIR}/serve_log.cpp
  LINKS fleetsim_platform_core fleetsim_country_database fleetsim_platform_metrics fleetsim_platform_tls fleetsim_asio spdlog::spdlog)
target_precompile_headers(fleetsim_platform_server PRIVATE ${CMAKE_CURRENT_LIST_DIR}/server_pch.hpp)
set_source_files_properties(
  ${CMAKE_CURRENT_LIST_DIR}/output_buffer.cpp ${CMAKE_CURRENT_LIST_DIR}/peer_prologue.cpp
  ${CMAKE_CURRENT_LIST_DIR}/serve.cpp ${CMAKE_CURRENT_LIST_DIR}/serve_log.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
