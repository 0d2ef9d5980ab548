# fleetsim_trace_hash: the hash over a run's wire.
fleetsim_library(fleetsim_trace_hash SOURCES trace/trace_hash.cpp LINKS fleetsim_base)

# fleetsim_trace: what the wire said, recorded, decoded and written for people, programs and Wireshark.
fleetsim_library(fleetsim_trace SOURCES
  trace/capture.cpp
  trace/capture_link.cpp
  trace/conversation.cpp
  trace/http_body.cpp
  trace/http_reader.cpp
  trace/mqtt_body.cpp
  trace/mqtt_reader.cpp
  trace/plain_text.cpp
  trace/recorder.cpp
  trace/secrets.cpp
  trace/tcp_packet.cpp
  trace/timeline.cpp
  trace/timeline_json.cpp
  trace/timeline_text.cpp
  trace/tls_reader.cpp
  LINKS fleetsim_trace_hash fleetsim_report fmt::fmt)
