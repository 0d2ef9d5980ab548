# live, executors, steps
