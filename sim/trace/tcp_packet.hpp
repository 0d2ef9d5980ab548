// Puts together one IP packet with a TCP segment in it, checksums and all: what a capture of a virtual link shows. Only capture.cpp uses
// it.
//
//   append_tcp_packet(out, {.from = a, .to = b, .sequence = 1, .acknowledged = 1, .flags = tcp_flag::ack, .payload = bytes});
#pragma once

#include <cstdint>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"

namespace fleetsim::sim {

namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01;
inline constexpr std::uint8_t syn = 0x02;
inline constexpr std::uint8_t rst = 0x04;
inline constexpr std::uint8_t push = 0x08;
inline constexpr std::uint8_t ack = 0x10;
}  // namespace tcp_flag

struct TcpEnd {
  IpAddress address;
  std::uint16_t port = 0;
};

struct TcpPacket {
  TcpEnd from;
  TcpEnd to;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint8_t flags = 0;
  std::uint16_t identification = 0;  // of IPv4
  ByteView payload{};
};

/// The largest payload: an Ethernet's, so that what is shown looks as on a wire.
inline constexpr std::size_t tcp_segment_bytes_max = 1440;

/// IPv4 when both ends are, else IPv6. A SYN offers the largest segment and a window that nothing here fills.
void append_tcp_packet(std::vector<std::uint8_t>& out, const TcpPacket& packet);

}  // namespace fleetsim::sim
