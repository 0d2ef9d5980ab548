// A platform on real sockets and a shard of devices against it, for tests: two instances, one product, a global bootstrap endpoint, all on
// ports that the system chose.
//
//   LiveWorld world({.devices = 20});
//   world.start();  world.bring_up(0);
//   ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 20; }));
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/ports/mbedtls_hmac.hpp"
#include "platform-mock/server/platform_server.hpp"
#include "sim/live/live_shard.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

/// Everybody at time 0 (or one after another), as the constant executors would have it.
class TestSchedule final : public ArrivalSchedule {
 public:
  TestSchedule(std::uint32_t count, Duration interval) : count_(count), interval_(interval) {}
  std::optional<FleetChange> nth(std::uint64_t n) const override {
    if (n >= count_) return std::nullopt;
    return FleetChange{interval_ * static_cast<std::int64_t>(n), static_cast<std::uint32_t>(n), true};
  }
  Duration duration() const override { return interval_ * static_cast<std::int64_t>(count_); }
  bool open_model() const override { return interval_.count() > 0; }

 private:
  std::uint32_t count_;
  Duration interval_;
};

struct LiveSetUp {
  std::uint32_t devices = 10;
  std::uint32_t connects_in_flight = 8;
  DeviceTls bootstrap_tls = DeviceTls::off;
  DeviceTls mqtt_tls = DeviceTls::off;
  Transport transport = Transport::sockets;
  bool proxy = false;
  std::int32_t wrong_secret_at = -1;  // this device has a secret that the platform does not know
  platform::AdvertisedNames names = platform::AdvertisedNames::loopback;
  std::function<void(RunRuntime&, Scenario&)> adjust;  // last, before the shard is made
};

class LiveWorld {
 public:
  explicit LiveWorld(const LiveSetUp& set_up);
  ~LiveWorld();

  /// Makes the shard; the error is what make_live_shard said.
  std::string start();
  void bring_up(Duration interval);
  /// Everything from cn-shanghai to Singapore (or back).
  void distribute(std::string_view source, std::string_view target);
  std::string error() const { return error_; }
  Shard& shard() { return *shard_; }
  platform::PlatformServer& server() { return *server_; }
  RunRuntime& runtime() { return runtime_; }
  platform::Platform::Statistics statistics();
  /// The address that the platform sees of a device that connected; nothing while it has not.
  std::optional<IpAddress> seen_address(const std::string& device) const;
  Instant now() const;
  /// Waits for it, as long as a slow machine may need.
  bool eventually(const std::function<bool()>& holds) const;

  static constexpr const char* shanghai = "iotx-oxssharez200";
  static constexpr const char* singapore = "iotx-oxssharez400";

 private:
  void make_runtime();

  LiveSetUp set_up_;
  std::map<std::string, IpAddress, std::less<>> seen_;  // by device name
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;  // something happened at the platform
  std::unique_ptr<platform::PlatformServer> server_;
  Scenario scenario_;
  device::MbedtlsHmac hmac_;  // of the shard's thread
  RunRuntime runtime_;
  std::unique_ptr<Shard> shard_;
  std::string error_;
};

/// Sums a counter, or counts a trend's samples, over all tags.
std::uint64_t metric_count_of(const ShardReport& report, Metric metric);

}  // namespace fleetsim::sim
