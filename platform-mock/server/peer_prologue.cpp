#include "platform-mock/server/peer_prologue.hpp"

#include "platform-mock/core/proxy_protocol.hpp"

namespace fleetsim::platform {
namespace {

using Kind = PrologueVerdict::Kind;

constexpr std::uint8_t kTlsHandshakeRecord = 0x16;  // RFC 8446 §5.1; no MQTT packet from a client and no HTTP request begins so

PrologueVerdict refuse(const IpAddress& peer, std::string_view reason) {
  return {.kind = Kind::refuse, .consumed = 0, .peer = peer, .reason = reason};
}

/// The byte after the PROXY header tells TLS from everything else.
PrologueVerdict by_first_byte(const ListenerPolicy& policy, PrologueVerdict so_far, ByteView bytes) {
  if (bytes.size() <= so_far.consumed) return so_far;
  const bool tls = bytes[so_far.consumed] == kTlsHandshakeRecord;
  if (tls && !policy.tls) return refuse(so_far.peer, "TLS on a listener that serves plain TCP only");
  if (!tls && !policy.plain) return refuse(so_far.peer, "plain TCP on a listener that serves TLS only");
  so_far.kind = tls ? Kind::tls : Kind::plain;
  return so_far;
}

}  // namespace

PrologueVerdict read_prologue(const ListenerPolicy& policy, const IpAddress& socket_peer, ByteView so_far) {
  PrologueVerdict verdict;
  verdict.peer = socket_peer;
  if (policy.proxy_protocol == ProxyProtocol::off) return by_first_byte(policy, verdict, so_far);

  const ProxyParse parse = parse_proxy_header(so_far);
  switch (parse.status) {
    case ProxyParse::Status::need_more:
      return verdict;
    case ProxyParse::Status::malformed:
      return refuse(socket_peer, parse.reason);
    case ProxyParse::Status::not_proxy:
      if (policy.proxy_protocol == ProxyProtocol::required) return refuse(socket_peer, "no PROXY header where one is required");
      return by_first_byte(policy, verdict, so_far);
    case ProxyParse::Status::complete:
      break;
  }
  if (!policy.trusted.contains(socket_peer)) return refuse(socket_peer, "PROXY header from a peer that is not trusted");
  verdict.consumed = parse.consumed;
  if (parse.header.has_source) verdict.peer = parse.header.source;
  return by_first_byte(policy, verdict, so_far);
}

}  // namespace fleetsim::platform
