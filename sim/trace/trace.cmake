# fleetsim_trace: what the wire said, hashed, recorded, decoded and written for people, programs and Wireshark.
fleetsim_library(fleetsim_trace SOURCES
  trace/trace_hash.cpp
  LINKS fleetsim_report fmt::fmt)
