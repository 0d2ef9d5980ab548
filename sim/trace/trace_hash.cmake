# fleetsim_trace_hash: the hash over a run's wire.
fleetsim_library(fleetsim_trace_hash SOURCES trace/trace_hash.cpp LINKS fleetsim_base)
