// The whole program as a function: what `fleetsim ARGUMENTS` does in a shell, and what Python's fleetsim.main(arguments) does.
//
//   return run_program(argc, argv);                              // argv[0] is the program's name
#pragma once

namespace fleetsim::sim {

/// Reads the command line and hands over to a verb. Returns the exit code. What is thrown past a verb is a fault of ours: exit code 4.
int run_program(int argc, const char* const* argv);

}  // namespace fleetsim::sim
