// Hears of every connect() of a program under test before the kernel carries it out. Behind a port where nobody listens nothing is heard of
// a device that knocks there again and again, and how often it does is evidence. The calls go on unchanged: who refuses is the kernel.
// (seccomp user notification; Linux 5.5 and later.)
//
//   const int told = begin_connect_watch();                    // in the child, between fork and exec
//   ConnectWatch watch(told);                                  // here, once the descriptor has come
//   poll(watch.descriptor()); watch.serve([](const IpAddress& address, std::uint16_t port) { … });
#pragma once

#include <cstdint>
#include <functional>

#include "devicecore/base/ip_address.hpp"

namespace fleetsim::sim {

/// Of this process and all that it starts from here on; neither allocates nor locks. The descriptor to hear of them by; -1: this host has
/// no way. A process that is not root's gains no privileges by what it starts then, as with sudo.
int begin_connect_watch();

class ConnectWatch {
 public:
  explicit ConnectWatch(int descriptor) : descriptor_(descriptor) {}
  ~ConnectWatch();
  ConnectWatch(const ConnectWatch&) = delete;
  ConnectWatch& operator=(const ConnectWatch&) = delete;

  /// Readable when a connect waits.
  int descriptor() const { return descriptor_; }
  /// Never waits. Tells of those to IPv4 addresses, and lets all of them go on.
  void serve(const std::function<void(const IpAddress& address, std::uint16_t port)>& told) const;

 private:
  int descriptor_;
};

}  // namespace fleetsim::sim
