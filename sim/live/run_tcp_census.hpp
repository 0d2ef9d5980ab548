// The second ledger: how many TCP connections this host holds to each endpoint, as its kernel says. Knows nothing of devices, MQTT or the
// platform, so it can contradict both.
//
//   auto census = count_established({{address, port}, ...});   // nothing where /proc/net/tcp cannot be read
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <vector>

#include "devicecore/base/ip_address.hpp"

namespace fleetsim::sim {

struct TcpEndpoint {
  IpAddress address;
  std::uint16_t port = 0;
};

/// Established connections whose remote end is the endpoint, in the order of `endpoints`; IPv4 only.
std::optional<std::vector<std::uint64_t>> count_established(const std::vector<TcpEndpoint>& endpoints);
/// The same from text in the form of /proc/net/tcp.
std::vector<std::uint64_t> count_established(std::istream& table, const std::vector<TcpEndpoint>& endpoints);

}  // namespace fleetsim::sim
