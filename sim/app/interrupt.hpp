// Ctrl-C and SIGTERM: the first asks the run to end cleanly, the second ends the process at once.
//
//   const SignalsKept kept;                             // where the process goes on afterwards: Python
//   const std::atomic<bool>& stop = catch_interrupts();
#pragma once

#include <array>
#include <atomic>
#include <csignal>

namespace fleetsim::sim {

/// Installs the handlers. The flag lives as long as the process.
const std::atomic<bool>& catch_interrupts();

/// Forgets an interrupt that was asked for, and gives the process its handlers and this thread its mask back at its end.
class SignalsKept {
 public:
  SignalsKept();
  ~SignalsKept();
  SignalsKept(const SignalsKept&) = delete;
  SignalsKept& operator=(const SignalsKept&) = delete;

 private:
  static constexpr std::array kept_signals{SIGINT, SIGTERM, SIGPIPE};
  std::array<struct sigaction, kept_signals.size()> handlers_{};
  sigset_t mask_{};
};

}  // namespace fleetsim::sim
