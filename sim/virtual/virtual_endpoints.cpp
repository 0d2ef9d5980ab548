#include "sim/virtual/virtual_endpoints.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

constexpr std::uint16_t bootstrap_port = 18443;
constexpr std::uint16_t instance_port = 18830;
constexpr std::uint16_t management_port = 18080;

platform::BoundAddresses addresses_of(const platform::PlatformConfig& config) {
  platform::BoundAddresses bound;
  for (const platform::InstanceConfig& instance : config.instances) bound.instances.push_back(instance.mqtt.address);
  bound.bootstrap = config.bootstrap.address;
  if (config.management) bound.management = config.management->address;
  return bound;
}

std::uint16_t usual_port(VirtualEndpoint::Kind kind) {
  switch (kind) {
    case VirtualEndpoint::Kind::bootstrap:
      return bootstrap_port;
    case VirtualEndpoint::Kind::instance:
      return instance_port;
    case VirtualEndpoint::Kind::management:
      return management_port;
  }
  return 0;
}

}  // namespace

VirtualEndpoints::VirtualEndpoints(const platform::PlatformConfig& config) : names_(config, addresses_of(config)) {
  problem_ = names_.conflict();
  add(VirtualEndpoint::Kind::bootstrap, config.bootstrap, "bootstrap", {}, 0);
  for (std::size_t i = 0; i < config.instances.size(); ++i) {
    const platform::InstanceConfig& instance = config.instances[i];
    add(VirtualEndpoint::Kind::instance, instance.mqtt, std::string(instance.id.view()), std::string(instance.region.view()),
        static_cast<std::uint16_t>(i));
  }
  if (config.management) add(VirtualEndpoint::Kind::management, *config.management, "management", {}, 0);
}

void VirtualEndpoints::add(VirtualEndpoint::Kind kind, const platform::ListenerConfig& listener, std::string name, std::string region,
                           std::uint16_t instance) {
  VirtualEndpoint endpoint;
  endpoint.kind = kind;
  endpoint.instance = instance;
  const auto address = IpAddress::parse(listener.address);
  if (!address && problem_.empty()) problem_ = fmt::format("{} is no address", listener.address);
  endpoint.address = address.value_or(IpAddress{});
  if (endpoint.address == IpAddress::from_v4(0)) endpoint.address = IpAddress::from_v4(0x7f000001U);  // on all: reached at loopback
  endpoint.port = listener.port != 0 ? listener.port : free_port(endpoint.address, usual_port(kind));
  if (find(endpoint.address, endpoint.port) != nullptr && problem_.empty())
    problem_ = fmt::format("two endpoints want {}:{}", listener.address, endpoint.port);
  endpoint.plain = listener.plain;
  endpoint.tls = listener.tls;
  endpoint.name = std::move(name);
  endpoint.region = std::move(region);
  all_.push_back(std::move(endpoint));
}

std::uint16_t VirtualEndpoints::free_port(const IpAddress& address, std::uint16_t wanted) const {
  while (find(address, wanted) != nullptr) ++wanted;
  return wanted;
}

const VirtualEndpoint* VirtualEndpoints::find(const IpAddress& address, std::uint16_t port) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const VirtualEndpoint& one) { return one.port == port && one.address == address; });
  return found == all_.end() ? nullptr : &*found;
}

std::vector<platform::Endpoint> VirtualEndpoints::advertised() const {
  std::vector<platform::Endpoint> told;
  for (const VirtualEndpoint& endpoint : all_) {
    if (endpoint.kind == VirtualEndpoint::Kind::management) continue;
    std::array<char, IpAddress::text_bytes_max> room{};
    const bool is_bootstrap = endpoint.kind == VirtualEndpoint::Kind::bootstrap;
    told.push_back({.name = endpoint.name,
                    .address = std::string(endpoint.address.format(room)),
                    .port = endpoint.port,
                    .advertised_host = is_bootstrap ? names_.bootstrap_host() : names_.instance_host(endpoint.instance),
                    .plain = endpoint.plain,
                    .tls = endpoint.tls});
  }
  return told;
}

}  // namespace fleetsim::sim
