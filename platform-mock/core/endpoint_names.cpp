#include "platform-mock/core/endpoint_names.hpp"

#include <algorithm>

namespace fleetsim::platform {
namespace {

constexpr std::string_view kProductMark = "{pk}";
constexpr std::string_view kBootstrapName = "iot-auth-global.aliyuncs.com";

std::string realistic_name(const InstanceConfig& instance) {
  switch (instance.kind) {
    case InstanceKind::public_shared:
      return std::string{kProductMark} + ".iot-as-mqtt." + std::string{instance.region.view()} + ".aliyuncs.com";
    case InstanceKind::enterprise:
      return std::string{instance.id.view()} + ".mqtt.iothub.aliyuncs.com";
  }
  return {};
}

/// A listener on all addresses is reached at the loopback one.
std::string reachable(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  if (address == "::") return "::1";
  return address;
}

bool per_product(std::string_view host) { return host.starts_with(kProductMark); }

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

EndpointNames::EndpointNames(const PlatformConfig& config, BoundAddresses bound) : bound_(std::move(bound)) {
  for (std::string& address : bound_.instances) address = reachable(address);
  bound_.bootstrap = reachable(bound_.bootstrap);
  bound_.management = reachable(bound_.management);
  bound_.metrics = reachable(bound_.metrics);
  if (!bound_.management.empty())
    for (const RegionConfig& region : config.regions) management_names_.push_back("iot." + std::string{region.id.view()} + ".aliyuncs.com");
  for (const ProductConfig& product : config.products) product_keys_.emplace_back(product.key.view());
  const bool realistic = config.names == AdvertisedNames::realistic;
  bootstrap_host_ = realistic ? std::string{kBootstrapName} : bound_.bootstrap;
  for (std::size_t i = 0; i < config.instances.size(); ++i) {
    std::string host = realistic ? realistic_name(config.instances[i]) : bound_.instances[i];
    if (realistic && std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end() && conflict_.empty()) {
      conflict_ = "instance " + std::string{config.instances[i].id.view()} + " has the same realistic name as another one: " + host;
    }
    hosts_.push_back(std::move(host));
  }
}

CertificateNames EndpointNames::certificate_names() const {
  CertificateNames names{.dns = {"localhost"}, .addresses = {"127.0.0.1"}};
  add_once(names.addresses, bound_.bootstrap);
  for (const std::string& address : bound_.instances) add_once(names.addresses, address);
  if (!bound_.management.empty()) add_once(names.addresses, bound_.management);
  if (!bound_.metrics.empty()) add_once(names.addresses, bound_.metrics);
  for (const std::string& name : management_names_) add_once(names.dns, name);
  // The realistic names are in it always: a test may reach a listener by one of them through a hosts map of its own.
  add_once(names.dns, std::string{kBootstrapName});
  add_once(names.dns, "*.mqtt.iothub.aliyuncs.com");
  for (const std::string& host : hosts_)
    if (per_product(host)) add_once(names.dns, "*" + host.substr(kProductMark.size()));
  return names;
}

std::vector<std::pair<std::string, std::string>> EndpointNames::hosts_map() const {
  std::vector<std::pair<std::string, std::string>> map;
  if (bootstrap_host_ != bound_.bootstrap) map.emplace_back(bootstrap_host_, bound_.bootstrap);
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    if (hosts_[i] == bound_.instances[i]) continue;
    if (!per_product(hosts_[i])) {
      map.emplace_back(hosts_[i], bound_.instances[i]);
      continue;
    }
    const std::string suffix = hosts_[i].substr(kProductMark.size());
    map.emplace_back("public" + suffix, bound_.instances[i]);
    for (const std::string& key : product_keys_) map.emplace_back(key + suffix, bound_.instances[i]);
  }
  return map;
}

std::optional<std::string> EndpointNames::address_of(std::string_view name) const {
  if (name == bootstrap_host_) return bound_.bootstrap;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const std::string_view host = hosts_[i];
    if (name == host) return bound_.instances[i];
    if (!per_product(host)) continue;
    const std::string_view suffix = host.substr(kProductMark.size());
    const bool one_label_more = name.size() > suffix.size() && name.find('.') == name.size() - suffix.size();
    if (one_label_more && name.ends_with(suffix)) return bound_.instances[i];
  }
  return std::nullopt;
}

}  // namespace fleetsim::platform
