// Feeds the platform whatever MQTT clients could send, in whatever pieces, between whatever else happens to it. It must neither crash
// nor speak to a connection it has closed, its answer must not depend on how the bytes are cut, and when all links are gone nothing of
// them may be left.
//
// The first byte chooses the world: bit 0 without limits · bit 1 QoS 2, wills and retained messages are served · bit 2 the rest is one
// stream of bytes behind a CONNECT, fed whole and byte by byte, and both must give the same answer.
// Otherwise the rest is a list of orders. A byte below 0xe0 is a piece: that many bytes plus one follow and arrive together at the
// chosen link. From 0xe0 on: e0 the next link · e1 a new link · e2 a new link with a CONNECT · e3 the same with a kept session · e4 the
// link breaks · e5 a minute passes · e6 a job moves the device · e7 a message to the device · e8 a CONNECT at the target · e9 drain.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view source = "iot-source";
constexpr std::string_view target = "iot-target";
constexpr std::size_t links_max = 8;

/// A CONNECT of device dev1 of product pk; the signature is not looked at here.
constexpr std::array<std::uint8_t, 47> connect_clean = {
    0x10, 0x2d, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0xc2, 0x00, 0x3c, 0x00, 0x16, 'x', '|', 's', 'e', 'c', 'u', 'r', 'e',  'm', 'o',
    'd',  'e',  '=',  '3',  ',',  '_',  's',  's',  '=',  '1',  ',',  '|',  0x00, 0x07, 'd', 'e', 'v', '1', '&', 'p', 'k', 0x00, 0x00};

PlatformConfig small_platform(unsigned mode) {
  PlatformConfig config;
  config.accounts.push_back({AccountId{"1"}, "one"});
  for (const std::string_view id : {source, target}) {
    config.regions.push_back({RegionId{id}, std::string(id), {}});
    InstanceConfig instance;
    instance.id = InstanceId{id};
    instance.region = RegionId{id};
    config.instances.push_back(instance);
  }
  ProductConfig product;
  product.key = ProductKey{"pk"};
  product.owner = AccountId{"1"};
  product.instance = InstanceId{source};
  product.devices.push_back({DeviceName{"dev1"}, "s"});
  config.products.push_back(product);
  config.planted_bugs.signature_not_checked = true;
  if ((mode & 1U) != 0) config.limits.mode = LimitsMode::unlimited;
  if ((mode & 2U) != 0) {
    config.publish_qos2 = PublishQos2::downgrade;
    config.will_honoured = true;
    config.retain_honoured = true;
  }
  return config;
}

class Watcher final : public Output {
 public:
  void send(ConnectionId connection, ByteView bytes) override {
    ensure(closed_.count(connection) == 0);
    ensure(!bytes.empty());
    sent.insert(sent.end(), bytes.begin(), bytes.end());
  }
  void close(ConnectionId connection, CloseMode) override { ensure(closed_.insert(connection).second); }
  void event(const PlatformEvent& event) override { text_bytes_ += event.reason.size() + event.device_name.size() + event.job.size(); }
  bool is_closed(ConnectionId connection) const { return closed_.count(connection) != 0; }
  std::size_t closed_count() const { return closed_.size(); }

  std::vector<std::uint8_t> sent;

 private:
  std::set<ConnectionId> closed_;
  std::size_t text_bytes_ = 0;
};

class FuzzedPlatform {
 public:
  explicit FuzzedPlatform(unsigned mode) : platform_(small_platform(mode), Ports{}) {}

  void obey(ByteView orders) {
    open(source);
    while (!orders.empty()) {
      const std::uint8_t order = orders.front();
      orders = orders.subspan(1);
      if (order < 0xe0) {
        const ByteView piece = orders.first(std::min<std::size_t>(orders.size(), std::size_t{order} + 1));
        feed(piece);
        orders = orders.subspan(piece.size());
      } else {
        act(order);
      }
    }
    end();
  }

  /// The whole answer to one stream of bytes, and whether the link was closed.
  std::vector<std::uint8_t> answer(ByteView stream, std::size_t piece_bytes) {
    open(source);
    feed(connect_clean);
    while (!stream.empty()) {
      feed(stream.first(std::min(piece_bytes, stream.size())));
      stream = stream.subspan(std::min(piece_bytes, stream.size()));
    }
    std::vector<std::uint8_t> all = output_.sent;
    all.push_back(static_cast<std::uint8_t>(output_.closed_count()));
    end();
    return all;
  }

 private:
  void open(std::string_view instance) {
    if (links_.size() >= links_max) return;
    const auto at = platform_.registry().find_instance(instance);
    ensure(at.has_value());
    links_.push_back(platform_.accept_mqtt(*at, {}, now_, output_));
    chosen_ = links_.size() - 1;
  }

  void feed(ByteView piece) {
    if (links_.empty()) return;
    // A copy of its exact size, so that a sanitizer sees every read beyond it.
    const std::vector<std::uint8_t> exact(piece.begin(), piece.end());
    platform_.received(links_[chosen_], exact, now_, output_);
  }

  void connect(std::string_view instance, bool kept) {
    open(instance);
    std::array<std::uint8_t, connect_clean.size()> packet = connect_clean;
    if (kept) packet[9] = 0xc0;
    feed(packet);
  }

  void distribute() {
    DistributeRequest request;
    request.account = AccountId{"1"};
    request.product = ProductKey{"pk"};
    request.source = InstanceId{source};
    request.targets = {InstanceId{target}};
    request.devices = {DeviceName{"dev1"}};
    static_cast<void>(platform_.distribute(request, now_, output_).ok());
  }

  void act(std::uint8_t order) {
    const auto device = platform_.registry().find_device("pk", "dev1");
    if (order == 0xe0 && !links_.empty()) chosen_ = (chosen_ + 1) % links_.size();
    if (order == 0xe1) open(source);
    if (order == 0xe2) connect(source, false);
    if (order == 0xe3) connect(source, true);
    if (order == 0xe4 && !links_.empty()) {
      if (!output_.is_closed(links_[chosen_])) platform_.closed(links_[chosen_], now_, output_);
      links_.erase(links_.begin() + static_cast<std::ptrdiff_t>(chosen_));
      chosen_ = 0;
    }
    if (order == 0xe5) {
      now_ += std::chrono::minutes{1};
      platform_.advance(now_, output_);
      ensure(platform_.next_deadline() > now_);
    }
    if (order == 0xe6) distribute();
    if (order == 0xe7) platform_.publish_to_device(*device, "/pk/dev1/user/x", bytes_of("hello"), 1, now_, output_);
    if (order == 0xe8) connect(target, false);
    if (order == 0xe9) platform_.drain(now_, output_);
  }

  void end() {
    for (const ConnectionId link : links_)
      if (!output_.is_closed(link)) platform_.closed(link, now_, output_);
    const Platform::Statistics statistics = platform_.statistics();
    ensure(statistics.connections_open == 0);
    ensure(statistics.sessions_online == 0);
    ensure(platform_.next_deadline() == kNever);
  }

  Platform platform_;
  Watcher output_;
  Instant now_{std::chrono::seconds{1}};
  std::vector<ConnectionId> links_;
  std::size_t chosen_ = 0;
};

}  // namespace
}  // namespace fleetsim::platform

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using fleetsim::platform::FuzzedPlatform;
  if (size == 0) return 0;
  const unsigned mode = data[0];
  const fleetsim::ByteView rest{data + 1, size - 1};
  if ((mode & 4U) == 0) {
    FuzzedPlatform(mode).obey(rest);
    return 0;
  }
  const auto whole = FuzzedPlatform(mode).answer(rest, rest.size());
  fleetsim::ensure(whole.size() >= 4 && whole[0] == 0x20 && whole[3] == 0);
  fleetsim::ensure(whole == FuzzedPlatform(mode).answer(rest, 1));
  fleetsim::ensure(whole == FuzzedPlatform(mode).answer(rest, 7));
  return 0;
}
