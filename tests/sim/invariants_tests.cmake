# Invariants on scripted runs: each holds on a good one and fails on a bad one.
fleetsim_test(invariants_test
  SOURCES invariants/acceptance_test.cpp invariants/excuses_test.cpp invariants/secrets_test.cpp invariants/situations_test.cpp
          invariants/traffic_test.cpp invariants/waits_test.cpp invariants/watch_allocation_test.cpp invariants/words_test.cpp
  LINKS fleetsim_invariants)
