# The sockets world's generator: parts, links, TLS, Paho and whole shards. Label `live`: real sockets and threads, events with deadlines.
fleetsim_test(live_parts_test SOURCES live_parts_test.cpp world_flash_test.cpp live_measuring_test.cpp live_faulty_links_test.cpp live_tapped_links_test.cpp live_weather_test.cpp
  LINKS fleetsim_live_shard)
fleetsim_test(live_tls_test SOURCES live_tls_test.cpp seeded_tls_test.cpp LINKS fleetsim_virtual_run fleetsim_platform_tls)
fleetsim_test(live_link_test SOURCES live_link_test.cpp LINKS fleetsim_live_shard LABELS live)
fleetsim_test(live_shard_test SOURCES live_shard_test.cpp live_peer_test.cpp live_world.cpp
  LINKS fleetsim_live_shard fleetsim_platform_server LABELS live)
# Label `paho`, not `live`: Paho's libraries are built without ThreadSanitizer, which then sees none of their locks and reference counts
# and accuses them by the dozen.
fleetsim_test(live_paho_test SOURCES live_paho_test.cpp live_world.cpp
  LINKS fleetsim_live_shard fleetsim_platform_server LABELS paho)
