// The PROXY protocol version 2 header that tells a listener which address a device has, when the socket cannot show it.
// Layout: signature (12), version and command, family, length, addresses, ports.
//
//   std::array<std::uint8_t, proxy_header_bytes_max> room;
//   ByteView header = write_proxy_header({device, 40001}, {listener, 1883}, room);   // goes out before everything else
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t proxy_header_bytes_max = 16 + 36;

struct ProxyEnd {
  IpAddress address;
  std::uint16_t port = 0;
};

/// IPv4 when both ends are, else IPv6 (a v4 end is then v4-mapped). Returns the part of `out` used.
ByteView write_proxy_header(const ProxyEnd& source, const ProxyEnd& destination, std::span<std::uint8_t, proxy_header_bytes_max> out);

}  // namespace fleetsim::sim
