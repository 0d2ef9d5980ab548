// Sockets of devices whose power was cut: nobody is there to close them, so the platform's ends stay open until the platform gives them up,
// and what it sends meanwhile is swallowed. A host without power cannot do that; the process that stands for it must.
//
//   severed.add(fd);                        // takes it over
//   if (severed.on_event(event)) return;    // it was one of these
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <unordered_set>

#include "sim/live/poller.hpp"

namespace fleetsim::sim {

class SeveredSockets {
 public:
  /// Each costs a descriptor; of more the oldest is reset, as a router that has forgotten it would.
  static constexpr std::size_t kept_max = 4096;
  static constexpr int reads_per_event_max = 16;  // then others have their turn

  explicit SeveredSockets(Poller& poller) : poller_(poller) {}
  ~SeveredSockets() { forget_all(); }
  SeveredSockets(const SeveredSockets&) = delete;
  SeveredSockets& operator=(const SeveredSockets&) = delete;

  void add(int fd);
  /// False: the event is of no socket of these.
  bool on_event(const PollEvent& event);
  std::size_t size() const { return kept_.size(); }
  /// The run is over.
  void forget_all();

 private:
  void swallow(int fd);
  void release(int fd);

  Poller& poller_;
  std::unordered_set<int> kept_;
  std::deque<int> oldest_first_;  // some of them are gone
};

}  // namespace fleetsim::sim
