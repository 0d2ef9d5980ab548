// A capture of one device's links that Wireshark reads: pcap, raw IP, taken beside the device. What the links carried is real, byte by
// byte, but for secrets, which stars of the same length replace; TCP around it is made up (sequence numbers, acknowledgements, checksums),
// for virtual links have none. Times are virtual, in microseconds since the run began.
//
//   write_file(path, capture_of(recorder.take(7), kNever));
//
// A link on TLS is shown as what is inside it. Wireshark must be told what a port carries: -d tcp.port==443,http -d tcp.port==1883,mqtt
#pragma once

#include <cstdint>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/trace/recorder.hpp"

namespace fleetsim::sim {

/// What happened after `until` is left out.
std::vector<std::uint8_t> capture_of(const Recording& recording, Instant until);

}  // namespace fleetsim::sim
