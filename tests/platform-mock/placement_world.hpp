// A small platform for tests of placement: five regions, public and enterprise instances, one product of eight devices, and an Output
// that remembers what it was told.
//
//   PlacementWorld world;
//   auto job = world.distribute("iotx-oxssharez400", {"dev1", "dev2"});
#pragma once

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/nearest.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/region_table.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

struct RecordedEvent {
  PlatformEventKind kind{};
  std::string product_key, device_name, instance, region, job, reason;
  std::int32_t code = 0;
};

class RecordingOutput final : public Output {
 public:
  void send(ConnectionId, ByteView) override { ADD_FAILURE() << "placement sends nothing"; }
  void close(ConnectionId, CloseMode) override { ADD_FAILURE() << "placement closes nothing"; }
  void event(const PlatformEvent& told) override {
    events.push_back({told.kind, std::string{told.product_key}, std::string{told.device_name}, std::string{told.instance},
                      std::string{told.region}, std::string{told.job}, std::string{told.reason}, told.code});
  }
  std::vector<RecordedEvent> of(PlatformEventKind kind) const {
    std::vector<RecordedEvent> found;
    for (const RecordedEvent& event : events)
      if (event.kind == kind) found.push_back(event);
    return found;
  }
  std::vector<RecordedEvent> events;
};

inline constexpr std::string_view shanghai = "iotx-oxssharez200";
inline constexpr std::string_view singapore = "iotx-oxssharez400";
inline constexpr std::string_view virginia = "iotx-oxssharez600";
inline constexpr std::string_view frankfurt = "iotx-oxssharez700";
inline constexpr std::string_view own_enterprise = "iot-060a0bsh";    // of account 198000, in cn-shanghai
inline constexpr std::string_view other_enterprise = "iot-060a0bjp";  // of account 198001, in ap-northeast-1
inline constexpr std::string_view test_product = "a1TestPK001";

inline InstanceConfig public_instance(std::string_view id, std::string_view region) {
  InstanceConfig instance;
  instance.id = InstanceId{id};
  instance.region = RegionId{region};
  return instance;
}

inline InstanceConfig enterprise_instance(std::string_view id, std::string_view region, std::string_view owner) {
  InstanceConfig instance = public_instance(id, region);
  instance.kind = InstanceKind::enterprise;
  instance.owner = AccountId{owner};
  return instance;
}

inline PlatformConfig placement_config() {
  PlatformConfig config;
  config.accounts = {{AccountId{"198000"}, "makers"}, {AccountId{"198001"}, "others"}};
  config.regions = documented_regions();
  config.instances = {public_instance(shanghai, "cn-shanghai"),
                      public_instance(singapore, "ap-southeast-1"),
                      public_instance(virginia, "us-east-1"),
                      public_instance(frankfurt, "eu-central-1"),
                      enterprise_instance(own_enterprise, "cn-shanghai", "198000"),
                      enterprise_instance(other_enterprise, "ap-northeast-1", "198001")};
  ProductConfig product;
  product.key = ProductKey{test_product};
  product.owner = AccountId{"198000"};
  product.instance = InstanceId{shanghai};
  for (int i = 1; i <= 8; ++i) product.devices.push_back({DeviceName{"dev" + std::to_string(i)}, "secret"});
  config.products = {product};
  config.geo.blocks = {{"10.1.0.0/16", "DE"}, {"10.2.0.0/16", "CN"}, {"10.3.0.0/16", "US"}, {"10.4.0.0/16", "AU"}};
  return config;
}

inline IpAddress address(std::string_view text) { return *IpAddress::parse(text); }
inline IpAddress in_germany() { return address("10.1.0.1"); }
inline IpAddress in_china() { return address("10.2.0.1"); }
inline IpAddress in_america() { return address("10.3.0.1"); }
inline IpAddress nowhere() { return address("192.0.2.1"); }

struct PlacementWorld {
  explicit PlacementWorld(const PlatformConfig& wanted = placement_config(), std::uint64_t seed = 1)
      : config(wanted),
        registry(config),
        nearest(config.geo, nullptr, config.planted_bugs.nearest_takes_first),
        distribution(config, registry, nearest, seed) {}

  InstanceIndex at(std::string_view instance) const { return *registry.find_instance(instance); }
  Place place(std::string_view instance, std::string_view account = "198000") const {
    return {at(instance), *registry.find_account(account)};
  }
  DeviceIndex device(std::string_view name) const { return *registry.find_device(test_product, name); }

  static DistributeRequest region_request(std::string_view target, const std::vector<std::string>& devices,
                                          std::string_view source = shanghai) {
    DistributeRequest request;
    request.account = AccountId{"198000"};
    request.product = ProductKey{test_product};
    request.source = InstanceId{source};
    request.targets = {InstanceId{target}};
    for (const std::string& name : devices) request.devices.push_back(DeviceName{name});
    return request;
  }
  static DistributeRequest nearest_request(const std::vector<std::string_view>& targets, const std::vector<std::string>& devices) {
    DistributeRequest request = region_request({}, devices);
    request.policy = Policy::nearest_access;
    request.targets.clear();
    for (const std::string_view target : targets) request.targets.push_back(InstanceId{target});
    return request;
  }

  Result<JobIndex, DistributeError> create(const DistributeRequest& request) { return distribution.create_job(request, Instant{}, output); }
  JobIndex must_create(const DistributeRequest& request) {
    const auto job = create(request);
    EXPECT_TRUE(job.ok()) << (job ? "" : job.error().code + ": " + job.error().message);
    return job ? *job : JobIndex{};
  }
  std::string refusal(const DistributeRequest& request) {
    const auto job = create(request);
    return job ? "created" : job.error().code;
  }
  Admission admit(std::string_view name, std::string_view instance, const IpAddress& peer = nowhere()) const {
    return distribution.admit(device(name), at(instance), peer);
  }
  void commit(std::string_view name, std::string_view instance, const IpAddress& peer = nowhere()) {
    distribution.commit(device(name), at(instance), peer, output);
  }
  std::string resolved(std::string_view name, const IpAddress& peer) const {
    return std::string{registry.instance(distribution.resolve(device(name), peer).instance).config.id.view()};
  }

  PlatformConfig config;
  Registry registry;
  NearestAccess nearest;
  Distribution distribution;
  RecordingOutput output;
};

}  // namespace fleetsim::platform
