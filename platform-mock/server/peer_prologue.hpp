// What the first bytes of a connection say: a PROXY header or not, then TLS or not. A pure function over all bytes received so far,
// so that any split of them gives the same answer.
//
//   PrologueVerdict verdict = read_prologue(policy, socket_peer, so_far);
//   if (verdict.kind == PrologueVerdict::Kind::tls) engine->receive(so_far.subspan(verdict.consumed));
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "platform-mock/core/cidr_table.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

/// A listener's settings in the form that the check needs.
struct ListenerPolicy {
  ProxyProtocol proxy_protocol = ProxyProtocol::off;
  CidrTable trusted;  // whose PROXY header is believed
  bool plain = true;
  bool tls = true;
};

struct PrologueVerdict {
  enum class Kind : std::uint8_t { need_more, refuse, plain, tls };
  Kind kind = Kind::need_more;
  std::size_t consumed = 0;  // bytes of the PROXY header: the rest belongs to the protocol above
  IpAddress peer;            // the device's address: the socket's, or the header's
  std::string_view reason;   // of a refusal: static text
};

PrologueVerdict read_prologue(const ListenerPolicy& policy, const IpAddress& socket_peer, ByteView so_far);

}  // namespace fleetsim::platform
