# trace: the trace hash, the decoders for people, timelines and captures.
fleetsim_test(trace_test SOURCES
  trace/trace_hash_test.cpp
  LINKS fleetsim_trace)
