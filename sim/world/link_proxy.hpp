// Somebody between the devices of a shard and all that carries their bytes, faults included: he may change what they say and hear. A run
// has one only when its taps bring one (RunTaps::between), in world `virtual`.
//
//   proxy.attach(carrier, shell);   shell.attach(proxy);
//   proxy.set_now(now);  if (proxy.next_deadline() <= now) proxy.wake();
#pragma once

#include "sim/world/links.hpp"

namespace fleetsim::sim {

class LinkProxy : public Links, public LinkOwner {
 public:
  ~LinkProxy() override = default;

  /// Before the first link is opened; both outlive every call.
  virtual void attach(Links& carrier, LinkOwner& devices) = 0;
  virtual void set_now(Instant now) = 0;
  /// When it has something to do by itself; kNever: it has not.
  virtual Instant next_deadline() const = 0;
  virtual void wake() = 0;
};

}  // namespace fleetsim::sim
