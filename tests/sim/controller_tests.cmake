# executors, steps, controller, address plan, probe, generator health; and whole runs in-process (label live).
fleetsim_test(executors_test SOURCES executors/executors_test.cpp LINKS fleetsim_schedule)
fleetsim_test(steps_test SOURCES controller/steps_test.cpp LINKS fleetsim_schedule)
fleetsim_test(run_moves_test SOURCES controller/run_moves_test.cpp LINKS fleetsim_live LABELS live)
