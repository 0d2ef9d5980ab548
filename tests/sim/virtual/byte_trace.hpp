// What one device and the platform said to one another, byte by byte, without what no two runs share: time stamps and random ids. Made from
// a recording; two worlds that behave alike give equal traces.
//
//   EXPECT_EQ(first_difference(trace_of(sockets), trace_of(simulated)), "");
#pragma once

#include <string>
#include <vector>

#include "sim/trace/recorder.hpp"

namespace fleetsim::sim::test {

struct TracedMessage {
  std::string name;   // "CONNECT", "POST /auth/bootstrap"
  std::string bytes;  // masked
};

struct TracedLink {
  std::string name;  // "mqtt link 2 to instance 1"
  std::vector<TracedMessage> up;
  std::vector<TracedMessage> down;
  std::string end;  // how it ended, and by whom
};

/// In the order of legs and connections.
std::vector<TracedLink> trace_of(const Recording& recording);

/// One message as it counts: MQTT without the length of its rest, which follows from that; masked values as <time>, <id>, <secret>.
std::string masked(std::string_view message, device::Leg leg, const std::vector<ByteRange>& secrets);

/// The first thing that the two do not share, for people; empty: nothing.
std::string first_difference(const std::vector<TracedLink>& sockets, const std::vector<TracedLink>& simulated);

}  // namespace fleetsim::sim::test
