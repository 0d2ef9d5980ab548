// The PROXY protocol, versions 1 and 2: a header that a load balancer puts before the first byte of a connection to say who is
// really calling. Sans-I/O: give all bytes received so far, as often as needed.
//
//   ProxyParse parse = parse_proxy_header(first_bytes);
//   if (parse.status == ProxyParse::Status::complete) use(parse.header.source), skip(parse.consumed);
//
// Source: "The PROXY protocol, versions 1 & 2" (haproxy.org, proxy-protocol.txt).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"

namespace fleetsim::platform {

/// §2.1: the longest v1 line, with its CR LF.
inline constexpr std::size_t kProxyV1BytesMax = 107;
inline constexpr std::size_t kProxyV2FixedBytes = 16;
/// Addresses and extensions (TLVs) behind the fixed part of v2. The field is 16 bits wide; real headers stay far below this.
inline constexpr std::size_t kProxyV2BodyBytesMax = 2048;

struct ProxyHeader {
  std::uint8_t version = 1;
  /// False: LOCAL or UNKNOWN. The balancer speaks for itself, or hides the peer: the socket's own address counts.
  bool has_source = false;
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
};

struct ProxyParse {
  enum class Status : std::uint8_t {
    need_more,  // so far it is a prefix of a header
    not_proxy,  // it cannot become one: these bytes belong to the protocol above
    malformed,  // it began like one and broke the rules: refuse the peer
    complete,
  };
  Status status = Status::need_more;
  std::size_t consumed = 0;  // of a complete header
  ProxyHeader header;        // of a complete header
  std::string_view reason;   // of a malformed one: static text
};

/// Precondition: none; `bytes` is everything that came since the connection was made.
ProxyParse parse_proxy_header(ByteView bytes);

/// Appends a v2 header (PROXY, stream, IPv4 or IPv6) to `out`. Both addresses are widened to IPv6 when either is.
void append_proxy_v2(std::string& out, const ProxyHeader& header);

}  // namespace fleetsim::platform
