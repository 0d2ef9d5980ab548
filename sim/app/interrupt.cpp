#include "sim/app/interrupt.hpp"

#include <csignal>
#include <unistd.h>

#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing that locks");

void on_signal(int) {
  if (interrupted.exchange(true)) ::_exit(static_cast<int>(ExitCode::interrupted));
}

}  // namespace

const std::atomic<bool>& catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return interrupted;
}

}  // namespace fleetsim::sim
