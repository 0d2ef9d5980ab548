# The MQTT engine, its codec and its pool.
fleetsim_test(devicecore_engine_tests
  SOURCES
    block_pool_test.cpp
    codec_decode_test.cpp
    codec_encode_test.cpp
    codec_text_test.cpp
    engine_connect_test.cpp
    engine_faults_test.cpp
    engine_keep_alive_test.cpp
    engine_limits_test.cpp
    engine_property_test.cpp
    engine_publish_test.cpp
    engine_receive_test.cpp
    engine_subscribe_test.cpp
    engine_tables_test.cpp
  LINKS fleetsim_devicecore)

# The mbedTLS ports; OpenSSL plays the server.
find_package(OpenSSL 3 REQUIRED)
fleetsim_test(devicecore_ports_tests
  SOURCES
    openssl_peer.cpp
    ports_hash_test.cpp
    ports_hmac_test.cpp
    ports_tls_test.cpp
  LINKS fleetsim_device_ports OpenSSL::SSL OpenSSL::Crypto)
