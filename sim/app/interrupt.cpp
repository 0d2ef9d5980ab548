#include "sim/app/interrupt.hpp"

#include <cstddef>
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

SignalsKept::SignalsKept() {
  interrupted = false;
  for (std::size_t i = 0; i < kept_signals.size(); ++i) ::sigaction(kept_signals[i], nullptr, &handlers_[i]);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_);
}

SignalsKept::~SignalsKept() {
  for (std::size_t i = 0; i < kept_signals.size(); ++i) ::sigaction(kept_signals[i], &handlers_[i], nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

}  // namespace fleetsim::sim
