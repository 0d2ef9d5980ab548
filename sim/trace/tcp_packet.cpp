#include "sim/trace/tcp_packet.hpp"

#include <algorithm>

namespace fleetsim::sim {
namespace {

using Packet = std::vector<std::uint8_t>;

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t hops = 64;
constexpr std::size_t ipv4_header_bytes = 20;
constexpr std::size_t ipv6_header_bytes = 40;
constexpr std::size_t tcp_header_bytes = 20;
constexpr std::uint16_t window = 0xffff;
constexpr std::uint8_t window_shift = 14;  // RFC 7323 §2.3: a gigabyte, so that no window is ever full
constexpr std::size_t syn_option_bytes = 8;

void put16(Packet& out, std::uint32_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put32(Packet& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffffU);
}

/// RFC 1071: the sum of big-endian 16-bit words, not yet folded.
std::uint64_t sum_of(ByteView bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += (std::uint64_t{bytes[i]} << 8) + bytes[i + 1];
  if (bytes.size() % 2 == 1) sum += std::uint64_t{bytes.back()} << 8;
  return sum;
}

void put_checksum(Packet& out, std::size_t at, std::uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  const auto checksum = static_cast<std::uint16_t>(~sum);
  out[at] = static_cast<std::uint8_t>(checksum >> 8);
  out[at + 1] = static_cast<std::uint8_t>(checksum);
}

ByteView address_bytes(const IpAddress& address, bool v4) {
  const ByteView bytes = address.bytes();
  return v4 ? bytes.last(4) : bytes;
}

void put_address(Packet& out, const IpAddress& address, bool v4) {
  const ByteView bytes = address_bytes(address, v4);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_ipv4(Packet& out, const TcpPacket& packet, std::size_t tcp_bytes) {
  const std::size_t start = out.size();
  out.push_back(0x45);  // version 4, five words
  out.push_back(0);
  put16(out, static_cast<std::uint32_t>(ipv4_header_bytes + tcp_bytes));
  put16(out, packet.identification);
  put16(out, 0x4000);  // do not fragment
  out.push_back(hops);
  out.push_back(protocol_tcp);
  put16(out, 0);
  put_address(out, packet.from.address, true);
  put_address(out, packet.to.address, true);
  put_checksum(out, start + 10, sum_of(ByteView(out).subspan(start, ipv4_header_bytes)));
}

void put_ipv6(Packet& out, const TcpPacket& packet, std::size_t tcp_bytes) {
  put32(out, 0x60000000);  // version 6
  put16(out, static_cast<std::uint32_t>(tcp_bytes));
  out.push_back(protocol_tcp);
  out.push_back(hops);
  put_address(out, packet.from.address, false);
  put_address(out, packet.to.address, false);
}

}  // namespace

void append_tcp_packet(Packet& out, const TcpPacket& packet) {
  const bool v4 = packet.from.address.is_v4() && packet.to.address.is_v4();
  const bool syn = (packet.flags & tcp_flag::syn) != 0;
  const std::size_t header_bytes = tcp_header_bytes + (syn ? syn_option_bytes : 0);
  const std::size_t tcp_bytes = header_bytes + packet.payload.size();
  out.reserve(out.size() + ipv6_header_bytes + tcp_bytes);
  if (v4) {
    put_ipv4(out, packet, tcp_bytes);
  } else {
    put_ipv6(out, packet, tcp_bytes);
  }
  const std::size_t start = out.size();
  put16(out, packet.from.port);
  put16(out, packet.to.port);
  put32(out, packet.sequence);
  put32(out, packet.acknowledged);
  out.push_back(static_cast<std::uint8_t>((header_bytes / 4) << 4));
  out.push_back(packet.flags);
  put16(out, window);
  put32(out, 0);  // checksum, urgent pointer
  if (syn) {
    put32(out, 0x02040000U | static_cast<std::uint32_t>(tcp_segment_bytes_max));
    put32(out, 0x01030300U | window_shift);  // after a no-operation, to fill the word
  }
  out.insert(out.end(), packet.payload.begin(), packet.payload.end());
  const std::uint64_t pseudo_header =
      sum_of(address_bytes(packet.from.address, v4)) + sum_of(address_bytes(packet.to.address, v4)) + protocol_tcp + tcp_bytes;
  put_checksum(out, start + 16, pseudo_header + sum_of(ByteView(out).subspan(start, tcp_bytes)));
}

}  // namespace fleetsim::sim
