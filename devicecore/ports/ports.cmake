# What a firmware must supply, by mbedTLS. Host code: not held to the rules of the core.
find_library(MBEDTLS_LIBRARY mbedtls REQUIRED)
find_library(MBEDX509_LIBRARY mbedx509 REQUIRED)
find_library(MBEDCRYPTO_LIBRARY mbedcrypto REQUIRED)

fleetsim_library(fleetsim_device_ports SOURCES
  ports/mbedtls_hash.cpp
  ports/mbedtls_hmac.cpp
  ports/mbedtls_session.cpp
  ports/mbedtls_tls.cpp
  LINKS fleetsim_base "${MBEDTLS_LIBRARY}" "${MBEDX509_LIBRARY}" "${MBEDCRYPTO_LIBRARY}")
