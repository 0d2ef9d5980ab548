// The clock of a run on sockets: the host's own.
//
//   HostClock clock(epoch);
#pragma once

#include <chrono>
#include <thread>

#include "sim/world/run_clock.hpp"

namespace fleetsim::sim {

class HostClock final : public RunClock {
 public:
  explicit HostClock(std::chrono::steady_clock::time_point epoch) : epoch_(epoch) {}

  Instant now() const override { return Instant{spent()}; }
  void pass(Duration duration) override { std::this_thread::sleep_for(duration); }
  /// A signal handler can only set a flag: this bounds how long it goes unseen.
  Duration look_interval() const override { return std::chrono::milliseconds{20}; }
  Duration spent() const override { return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - epoch_); }

 private:
  std::chrono::steady_clock::time_point epoch_;
};

}  // namespace fleetsim::sim
