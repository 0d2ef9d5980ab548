// The reader of TLS records, which meets what a device under test and a network send: any bytes, in any split, must come to the same; what
// was found once stays; and nothing is kept that grows with the stream. The first byte of the input says how large the pieces are.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "devicecore/base/ensure.hpp"
#include "sim/trace/tls_reader.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::sim;

void check_same(const TlsReader& one, const TlsReader& other) {
  ensure(one.is_tls() == other.is_tls() && one.clear_bytes() == other.clear_bytes());
  ensure(one.records() == other.records() && one.application_records() == other.application_records());
  ensure(one.client_hello() == other.client_hello() && one.server_hello() == other.server_hello());
  ensure(one.alert() == other.alert() && one.has_finished() == other.has_finished());
  ensure(one.ends_with_protected_alert() == other.ends_with_protected_alert());
}

void check_hello(ByteView body) {
  if (const auto hello = read_client_hello(body)) {
    ensure(!hello->versions.empty() && 2 * hello->suites.size() <= body.size() && hello->server_name.size() <= body.size());
    for (const std::uint16_t version : hello->versions) ensure(!tls_version_name(version).empty());
  }
  read_server_hello(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView stream{data + 1, size - 1};
  TlsReader whole;
  whole.take(stream);
  TlsReader in_pieces;
  const std::size_t piece = std::size_t{1} + data[0] % 32U;
  for (ByteView rest = stream; !rest.empty(); rest = rest.subspan(std::min(piece, rest.size()))) {
    const bool had_hello = in_pieces.client_hello().has_value();
    in_pieces.take(rest.first(std::min(piece, rest.size())));
    ensure(!had_hello || in_pieces.client_hello());
  }
  check_same(whole, in_pieces);
  check_hello(stream);
  return 0;
}
