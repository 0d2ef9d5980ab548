// Small scenarios for runs in-process: three regions on loopback, free ports, a fleet of meters.
#pragma once

#include <string>

#include "platform-mock/core/region_table.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim::test {

inline constexpr const char* shanghai = "iotx-oxssharez200";
inline constexpr const char* singapore = "iotx-oxssingapore400";
inline constexpr const char* frankfurt = "iot-frankfurt1";

inline platform::InstanceConfig instance(const char* id, const char* region, const char* address, platform::InstanceKind kind) {
  platform::InstanceConfig config;
  config.id = platform::InstanceId{id};
  config.name = id;
  config.region = platform::RegionId{region};
  config.kind = kind;
  if (kind == platform::InstanceKind::enterprise) config.owner = platform::AccountId{"198000"};
  config.mqtt.address = address;
  return config;
}

inline platform::PlatformConfig three_regions() {
  platform::PlatformConfig config;
  config.accounts = {{platform::AccountId{"198000"}, "meters inc"}};
  for (const char* id : {"cn-shanghai", "ap-southeast-1", "eu-central-1"}) {
    const platform::DocumentedRegion* region = platform::documented_region(id);
    config.regions.push_back({platform::RegionId{region->id}, std::string(region->name), region->location});
  }
  config.instances = {instance(shanghai, "cn-shanghai", "127.0.2.1", platform::InstanceKind::public_shared),
                      instance(singapore, "ap-southeast-1", "127.0.2.2", platform::InstanceKind::public_shared),
                      instance(frankfurt, "eu-central-1", "127.0.2.3", platform::InstanceKind::enterprise)};
  platform::ProductConfig product;
  product.key = platform::ProductKey{"a1Meter0001"};
  product.name = "meter";
  product.owner = platform::AccountId{"198000"};
  product.instance = platform::InstanceId{shanghai};
  config.products = {product};
  config.bootstrap.address = "127.0.2.100";
  config.limits.mode = platform::LimitsMode::unlimited;
  config.tls.rsa = false;
  return config;
}

inline FleetGroup meters(std::uint32_t count) {
  FleetGroup group;
  group.name = "meters";
  group.count = count;
  group.product = "a1Meter0001";
  group.device_prefix = "meter-";
  group.bootstrap_tls = DeviceTls::off;
  group.executor = ConstantFleet{};
  return group;
}

/// Nothing of it may take long: a loaded machine under sanitizers gets no verdict about its own lag.
inline Scenario small_scenario(std::uint32_t devices) {
  Scenario scenario;
  scenario.name = "small";
  scenario.seed = 7;
  scenario.threads = 2;
  scenario.connects_in_flight = 50;
  scenario.duration_max = std::chrono::seconds{60};
  scenario.loop_lag_p99_max = std::chrono::seconds{10};
  scenario.platform = three_regions();
  scenario.groups = {meters(devices)};
  return scenario;
}

inline Step step(std::string label, StepAction action) { return {std::move(label), std::move(action)}; }

inline DistributeStep move_to(std::string name, const char* source, const char* target) {
  DistributeStep move;
  move.name = std::move(name);
  move.source = source;
  move.targets = {target};
  return move;
}

}  // namespace fleetsim::sim::test
