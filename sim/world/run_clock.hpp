// The clock of a run, as its controller uses it: what time it is in the world, and how time passes there. On sockets the controller sleeps
// while the fleet runs on its own threads; in a simulation, letting time pass is what makes things happen.
//
//   clock.pass(std::chrono::milliseconds{20});
#pragma once

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

class RunClock {
 public:
  virtual ~RunClock() = default;

  /// Since the run began, in the world.
  virtual Instant now() const = 0;
  /// Lets so much time of the world pass, or less when the run is to stop.
  virtual void pass(Duration duration) = 0;
  /// Lets time pass until something has happened, but not longer.
  virtual void pass_turn(Duration at_most) { pass(at_most); }
  /// From here on the world's time passes on the calling thread alone, when it is a simulation's.
  virtual void keep_to_one_thread() {}
  /// In such pieces a long pause is taken, so that somebody looks up now and then.
  virtual Duration look_interval() const = 0;
  /// What the run has taken of the host's time so far: for progress and costs, never for a decision.
  virtual Duration spent() const = 0;
};

}  // namespace fleetsim::sim
