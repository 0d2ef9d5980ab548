// PROXY header reader: any bytes, any split. A verdict must never change its mind, and must hold whatever follows the header.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "platform-mock/core/proxy_protocol.hpp"

namespace {

using fleetsim::ByteView;
using fleetsim::platform::ProxyParse;
using Status = ProxyParse::Status;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_prefixes(ByteView bytes, const ProxyParse& whole) {
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const ProxyParse part = fleetsim::platform::parse_proxy_header(bytes.first(n));
    if (part.status == Status::need_more) continue;
    require(part.status == whole.status);
    require(part.consumed == whole.consumed);
    require(part.status != Status::complete || n >= whole.consumed);
    return;
  }
}

void check_round_trip(const ProxyParse& parse) {
  if (!parse.header.has_source) return;
  std::string out;
  fleetsim::platform::append_proxy_v2(out, parse.header);
  const ProxyParse again = fleetsim::platform::parse_proxy_header(fleetsim::bytes_of(out));
  require(again.status == Status::complete && again.consumed == out.size());
  require(again.header.source == parse.header.source && again.header.destination == parse.header.destination);
  require(again.header.source_port == parse.header.source_port && again.header.destination_port == parse.header.destination_port);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes{data, size};
  const ProxyParse parse = fleetsim::platform::parse_proxy_header(bytes);
  require(parse.consumed <= size);
  require((parse.status == Status::complete) == (parse.consumed > 0));
  require((parse.status == Status::malformed) == !parse.reason.empty());
  require(parse.status != Status::need_more || size < 16 + fleetsim::platform::kProxyV2BodyBytesMax);
  if (size <= 300) check_prefixes(bytes, parse);
  if (parse.status == Status::complete) check_round_trip(parse);
  return 0;
}
