// Feeds the management endpoint with anything, in two ways of cutting it up: two platforms of one seed must answer alike, byte for byte.
// Every signature is zeros here, so that inputs reach the actions too. The first byte chooses the size of the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/core/region_table.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::platform;

class Recorder final : public Output {
 public:
  void send(ConnectionId, ByteView bytes) override { sent.append(text_of(bytes)); }
  void close(ConnectionId, CloseMode) override { closed = true; }
  void event(const PlatformEvent&) override {}
  std::string sent;
  bool closed = false;
};

std::size_t zero_mac(void*, HmacMethod method, ByteView, ByteView, MutableBytes mac) {
  std::fill(mac.begin(), mac.end(), std::uint8_t{0});
  return hmac_bytes(method);
}

std::size_t zero_digest(void*, DigestMethod method, ByteView, MutableBytes out) {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  return digest_bytes(method);
}

PlatformConfig small_platform() {
  PlatformConfig config;
  config.accounts = {{AccountId{"198000"}, "makers", {{"k", "s"}}}};
  config.regions = documented_regions();
  for (const auto& [id, region] : {std::pair{"iotx-a", "cn-shanghai"}, std::pair{"iotx-b", "ap-southeast-1"}}) {
    InstanceConfig instance;
    instance.id = InstanceId{id};
    instance.region = RegionId{region};
    config.instances.push_back(instance);
  }
  ProductConfig product;
  product.key = ProductKey{"a1"};
  product.owner = AccountId{"198000"};
  product.instance = InstanceId{"iotx-a"};
  product.devices = {{DeviceName{"dev1"}, "secret"}};
  config.products = {product};
  config.limits.http_header_bytes = 4096;
  config.limits.management_body_bytes = 4096;
  config.api.clock_skew = std::chrono::hours{24 * 365 * 100};
  return config;
}

/// Everything that is answered, refusals of HTTP itself left out: those may come at different moments, since only a whole header shows
/// some mistakes.
std::string answers_to(ByteView input, std::size_t piece) {
  Platform platform(small_platform(), Ports{.hmac = {.compute = &zero_mac}, .digest = {.compute = &zero_digest}});
  platform.advertise_management({.host = "127.0.0.1", .port = 1, .plain = true, .tls = false});
  Recorder output;
  const ConnectionId connection = platform.accept_management({}, Instant{}, output);
  while (!input.empty() && !output.closed) {
    const std::size_t size = std::min(piece, input.size());
    platform.received(connection, input.first(size), Instant{}, output);
    input = input.subspan(size);
  }
  constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
  for (std::size_t at = output.sent.find(interim); at != std::string::npos; at = output.sent.find(interim, at))
    output.sent.erase(at, interim.size());
  for (const std::string_view refusal : {"{\"code\":400", "{\"code\":413", "{\"code\":431"}) {
    const std::size_t at = output.sent.find(refusal);
    if (at != std::string::npos) output.sent.erase(output.sent.rfind("HTTP/1.1 4", at));
  }
  return output.sent;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView input{data + 1, size - 1};
  const std::string whole = answers_to(input, input.size());
  const std::string pieces = answers_to(input, std::size_t{1} + data[0] % 64);
  ensure(whole == pieces);
  return 0;
}
