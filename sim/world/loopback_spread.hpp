// The sources of a fleet on this host: one loopback address has 28,000 ports towards an endpoint, so connections are spread over many.
//
//   IpAddress source = loopback_spread(device_index);  // 127.0.1.1 .. 127.0.1.200
#pragma once

#include <cstdint>

#include "devicecore/base/ip_address.hpp"

namespace fleetsim::sim {

inline constexpr std::uint32_t loopback_network = 0x7f000000U;  // 127.0.0.0/8
inline constexpr std::uint32_t loopback_mask = 0xff000000U;
inline constexpr std::uint32_t spread_first = 0x7f000101U;  // 127.0.1.1
inline constexpr std::uint32_t spread_addresses = 200;

constexpr bool is_loopback(std::uint32_t v4) { return (v4 & loopback_mask) == loopback_network; }
inline bool is_loopback(const IpAddress& address) { return address.is_v4() && is_loopback(address.v4()); }

inline IpAddress loopback_spread(std::uint64_t index) {
  return IpAddress::from_v4(spread_first + static_cast<std::uint32_t>(index % spread_addresses));
}

}  // namespace fleetsim::sim
