// Raw non-blocking TCP sockets: the few calls that a link needs, and what their errors mean to a device.
//
//   TcpConnect started = tcp_connect(IpAddress::from_v4(0x7f000001), 1883, source);
//   if (started.fd < 0) report(started.error);
#pragma once

#include <cstdint>
#include <optional>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "devicecore/link.hpp"
#include "sim/world/exhausted.hpp"

namespace fleetsim::sim {

struct TcpConnect {
  int fd = -1;
  int error = 0;  // errno when fd < 0
};

/// Begins to connect, from `source` when given (its port is chosen late, so that every pair of ends has the whole range).
TcpConnect tcp_connect(const IpAddress& destination, std::uint16_t port, const std::optional<IpAddress>& source);

struct TcpResult {
  std::size_t bytes = 0;
  int error = 0;  // EAGAIN included
};
TcpResult tcp_send(int fd, ByteView bytes);
/// 0 bytes without error is the end of the stream.
TcpResult tcp_receive(int fd, MutableBytes buffer);

/// The error that ended a connect, 0 when there is none.
int tcp_error(int fd);
std::uint16_t tcp_local_port(int fd);
/// Orderly: what the peer sent meanwhile is read first, for an unread byte would turn the close into a reset.
void tcp_close(int fd, MutableBytes scrap);
/// At once, as a power cut looks to the peer: RST.
void tcp_reset(int fd);

device::LinkEnd link_end_of(int error);
Exhausted exhausted_by(int error);

}  // namespace fleetsim::sim
