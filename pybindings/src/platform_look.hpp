// What there is to see of the platform of an open world, copied at one moment. Nothing of it is a secret.
//
//   world.with([&](sim::OpenRun& run) { on_platform(run, [&](platform::Platform& platform, ...) { jobs = look_at_jobs(platform); }); });
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/platform.hpp"
#include "platform-mock/core/platform_host.hpp"

namespace fleetsim::python {

struct SeenAccount {
  std::string id;
  std::string name;
  std::vector<std::string> access_keys;  // their ids
};

struct SeenInstance {
  std::string id;
  std::string region;
  std::string owner;  // empty: it serves every account
  std::string host;
  std::uint16_t port = 0;
  bool tls = false;
  std::string address;
};

struct SeenProduct {
  std::string key;
  std::string name;
  std::string owner;
  bool is_gateway = false;
  std::vector<std::string> instances;  // where it can be seen, its home first
  std::uint64_t devices = 0;
};

struct SeenDevice {
  std::string name;  // "pk/dn"
  std::string account;
  std::string instance;  // where it is bound; in handover: where it comes from
  std::string listed_at;
  std::string status;
  std::string job;            // of the handover that it is in; empty: it is in none
  std::string handover_step;  // of that
  bool is_enabled = true;
  bool is_activated = false;
  bool is_online = false;
  std::uint32_t moves = 0;
  double created = 0;  // seconds since the run began
};

struct SeenJob {
  std::string id;
  std::string state;
  std::string policy;
  std::string account;
  std::string product;
  std::string source;
  std::vector<std::string> targets;
  std::map<std::string, std::uint64_t> devices;  // by state
  std::map<std::string, std::uint64_t> moved;    // by instance
  std::string failure;
  double created = 0;
};

struct SeenRule {
  std::string name;
  std::string kind;
  std::uint64_t calls = 0;
  std::uint64_t fired = 0;
  bool is_over = false;
};

std::vector<SeenAccount> look_at_accounts(const platform::Registry& registry);
std::vector<SeenInstance> look_at_instances(const platform::Registry& registry, const std::vector<platform::Endpoint>& endpoints);
std::vector<SeenProduct> look_at_products(const platform::Registry& registry);
/// Those that are there now, in the order of their registration: "pk/dn".
std::vector<std::string> names_of_devices(const platform::Registry& registry);
std::uint64_t count_devices(const platform::Registry& registry);
std::optional<platform::DeviceIndex> device_named(const platform::Registry& registry, std::string_view name);
SeenDevice look_at_device(platform::Platform& platform, platform::DeviceIndex index);
std::vector<SeenJob> look_at_jobs(platform::Platform& platform);
std::vector<SeenRule> look_at_rules(platform::Platform& platform, Instant now);
std::map<std::string, std::uint64_t> look_at_statistics(const platform::Platform& platform);

}  // namespace fleetsim::python
