// Feeds the bootstrap endpoint's HTTP side with anything, in two ways of cutting it up: both must answer alike, stay within the limits
// and leave no device moved. The input's first byte chooses the size of the pieces; the rest is what a client sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/bootstrap.hpp"
#include "platform-mock/core/region_table.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::platform;

class Silent final : public Output {
 public:
  void send(ConnectionId, ByteView) override {}
  void close(ConnectionId, CloseMode) override {}
  void event(const PlatformEvent&) override {}
};

PlatformConfig small_platform() {
  PlatformConfig config;
  config.accounts = {{AccountId{"198000"}, "makers"}};
  config.regions = documented_regions();
  InstanceConfig instance;
  instance.id = InstanceId{"iotx-oxssharez200"};
  instance.region = RegionId{"cn-shanghai"};
  config.instances = {instance};
  ProductConfig product;
  product.key = ProductKey{"a1TestPK001"};
  product.owner = AccountId{"198000"};
  product.instance = instance.id;
  product.devices = {{DeviceName{"dev1"}, "secret"}};
  config.products = {product};
  config.limits.http_header_bytes = 1024;
  config.limits.http_body_bytes = 1024;
  return config;
}

struct Target {
  Target() { service.advertise(InstanceIndex{0}, {"{pk}.iot-as-mqtt.cn-shanghai.aliyuncs.com", 1883}); }

  std::string answers_to(ByteView input, std::size_t piece) {
    HttpConnection connection = service.accept(Instant{});
    std::string all;
    while (!input.empty()) {
      const std::size_t size = piece < input.size() ? piece : input.size();
      const auto step = service.received(connection, IpAddress{}, input.first(size), Instant{}, silent);
      all.append(text_of(step.bytes));
      input = input.subspan(size);
      ensure(step.close == connection.finished());
    }
    service.expired(connection, IpAddress{}, silent);
    ensure(connection.finished());
    return all;
  }

  PlatformConfig config = small_platform();
  Registry registry{config};
  NearestAccess nearest{config.geo, nullptr, false};
  Distribution distribution{config, registry, nearest};
  BootstrapService service{config, registry, distribution};
  Silent silent;
};

/// The answers alone. A refusal may come at different moments, since only a whole header shows some mistakes; and "100 Continue" is
/// sent only where the body did not come along.
std::string answers_of(std::string text) {
  constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
  for (std::size_t at = text.find(interim); at != std::string::npos; at = text.find(interim, at)) text.erase(at, interim.size());
  for (const std::string_view refusal : {"HTTP/1.1 400", "HTTP/1.1 413", "HTTP/1.1 431"})
    text.erase(std::min(text.size(), text.find(refusal)));
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  if (size < 2) return 0;
  const ByteView input{data + 1, size - 1};
  const std::string whole = target.answers_to(input, input.size());
  const std::string pieces = target.answers_to(input, std::size_t{1} + data[0] % 64);
  ensure(answers_of(whole) == answers_of(pieces));
  ensure(target.distribution.devices_in_handover() == 0 && target.registry.device(DeviceIndex{0}).moves == 0);
  return 0;
}
