# The MQTT engine and what it stands on.
target_sources(fleetsim_devicecore PRIVATE
  block_pool.cpp
  mqtt_codec_decode.cpp
  mqtt_codec_encode.cpp
  mqtt_engine.cpp
  mqtt_engine_deadlines.cpp
  mqtt_engine_receive.cpp
  mqtt_packet_reader.cpp
  mqtt_text.cpp)
