// fleetsim, the program.
#include <csignal>

#include "sim/app/program.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone away is a write that fails, no end of the run
  return fleetsim::sim::run_program(argc, argv);
}
