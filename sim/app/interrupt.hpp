// Ctrl-C and SIGTERM: the first asks the run to end cleanly, the second ends the process at once.
//
//   const std::atomic<bool>& stop = catch_interrupts();
#pragma once

#include <atomic>

namespace fleetsim::sim {

/// Installs the handlers. The flag lives as long as the process.
const std::atomic<bool>& catch_interrupts();

}  // namespace fleetsim::sim
