#include "sim/world/run_runtime.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <optional>

#include "devicecore/firmware_profile.hpp"
#include "devicecore/ports/mbedtls_hash.hpp"
#include "devicecore/ports/mbedtls_hmac.hpp"
#include "sim/scenario/upgrades.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view product_placeholder = "{pk}";
constexpr const char* first_version = "1.0.0";
constexpr const char* system_trust = "/etc/ssl/certs/ca-certificates.crt";

class RuntimeBuilder {
 public:
  RuntimeBuilder(const Scenario& scenario, RunPlatform* platform, const HostLookup& look_up)
      : scenario_(scenario), platform_(platform), look_up_(look_up) {
    runtime_->scenario = &scenario;
  }

  Result<std::unique_ptr<RunRuntime>, RunError> build() {
    name_tags();
    auto error = platform_ != nullptr ? take_platform() : take_external();
    if (error) return fail(std::move(*error));
    for (const FleetGroup& group : scenario_.groups) {
      if (auto bad = add_group(group)) return fail(std::move(*bad));
    }
    return std::move(runtime_);
  }

 private:
  std::string_view keep(std::string text) {
    runtime_->strings.push_back(std::make_unique<std::string>(std::move(text)));
    return *runtime_->strings.back();
  }

  void name_tags() {
    TagNames& names = runtime_->tag_names;
    names.regions.emplace_back();
    if (platform_ != nullptr) {
      for (const auto& region : platform_->config().regions) names.regions.emplace_back(region.id.view());
    }
    names.profiles = profile_names(scenario_);
    for (const FleetGroup& group : scenario_.groups) names.groups.push_back(group.name);
  }

  std::optional<RunError> take_platform() {
    runtime_->ca_pem = platform_->host().ca_pem();
    for (const auto& [name, address] : platform_->host().hosts()) {
      if (const auto parsed = IpAddress::parse(address)) runtime_->hosts.emplace(name, *parsed);
    }
    for (const platform::Endpoint& endpoint : platform_->host().endpoints()) {
      if (endpoint.name == "bootstrap") {
        bootstrap_host_ = keep(endpoint.advertised_host.empty() ? endpoint.address : endpoint.advertised_host);
        bootstrap_port_ = endpoint.port;
      } else {
        add_instance(endpoint);
      }
    }
    return std::nullopt;
  }

  void add_instance(const platform::Endpoint& endpoint) {
    const auto& config = platform_->config();
    const auto instance =
        std::find_if(config.instances.begin(), config.instances.end(), [&](const auto& i) { return i.id.view() == endpoint.name; });
    if (instance == config.instances.end()) return;
    const auto& names = runtime_->tag_names.regions;
    const auto region = static_cast<std::uint16_t>(std::find(names.begin(), names.end(), instance->region.view()) - names.begin());
    if (region >= names.size()) return;
    const auto add = [&](const std::string& host) {
      runtime_->region_of_host.emplace(host, region);
      runtime_->region_of_host.emplace(fmt::format("{}:{}", host, endpoint.port), region);
    };
    runtime_->region_of_host.emplace(fmt::format("{}:{}", endpoint.address, endpoint.port), region);
    for (const auto& product : config.products) add(host_for(endpoint, product.key.view()));
  }

  static std::string host_for(const platform::Endpoint& endpoint, std::string_view product_key) {
    std::string host = endpoint.advertised_host.empty() ? endpoint.address : endpoint.advertised_host;
    const std::size_t at = host.find(product_placeholder);
    if (at != std::string::npos) host.replace(at, product_placeholder.size(), product_key);
    return host;
  }

  std::optional<RunError> take_external() {
    const ExternalEndpoint& external = scenario_.external;
    std::vector<const std::string*> hosts{&external.host, &external.bootstrap_host, &external.management.host};
    for (const ExternalInstance& instance : external.instances) hosts.push_back(&instance.host);
    for (const std::string* host : hosts) {
      if (host->empty() || IpAddress::parse(*host)) continue;
      const auto address = look_up_(*host);
      if (!address) return RunError{fmt::format("cannot resolve {}", *host), "check the endpoint's host name, or give an address"};
      runtime_->hosts.emplace(*host, *address);
    }
    bootstrap_host_ = external.bootstrap_host;
    bootstrap_port_ = external.bootstrap_port;
    const std::string path = external.ca_file.empty() ? system_trust : external.ca_file;
    std::ifstream file(path);
    runtime_->ca_pem.assign(std::istreambuf_iterator<char>(file), {});
    const bool devices = std::any_of(scenario_.groups.begin(), scenario_.groups.end(), [&](const FleetGroup& group) {
      return group.mqtt_tls != DeviceTls::off || (!external.bootstrap_host.empty() && group.bootstrap_tls != DeviceTls::off);
    });
    const bool needed = devices || external.management.tls || !external.ca_file.empty();
    if (runtime_->ca_pem.empty() && needed) {
      return RunError{fmt::format("cannot read the trusted certificates in {}", path),
                      "give ca_file, the PEM of the CA that signed the endpoint's certificate"};
    }
    return std::nullopt;
  }

  std::optional<RunError> add_group(const FleetGroup& group) {
    device::DeviceConfig config;
    config.profile = device::find_firmware_profile(group.profile);
    if (config.profile == nullptr)
      return RunError{fmt::format("group {}: there is no profile {}", group.name, group.profile), "see fleetsim list profiles"};
    config.hmac = thread_safe_hmac();
    if (may_be_upgraded(scenario_, group)) config.hash = device::mbedtls_hash();
    config.firmware_version = group.version.empty() ? std::string_view{first_version} : std::string_view{group.version};
    take_registration(group, config);
    config.bootstrap_host = bootstrap_host_;
    config.bootstrap_port = bootstrap_port_;
    config.bootstrap_tls = group.bootstrap_tls != DeviceTls::off;
    config.mqtt_tls = group.mqtt_tls != DeviceTls::off;
    config.credentials = credentials_of(group.auth);
    config.sign_method = group.sign_method;
    config.plain_username = group.username;
    config.plain_password = group.password;
    config.keep_alive_s = group.keep_alive_s;
    config.backoff.floor = group.backoff_floor;
    config.backoff.cap = group.backoff_cap;
    burn_endpoint(group, config);
    // Whom the platform does not know yet it cannot tell where to go: that is burned in, too.
    if (group.registration == Registration::mqtt_nwl) {
      config.registration_host = config.fixed_host;
      config.registration_port = config.fixed_port;
    }
    runtime_->group_configs.push_back(config);
    return std::nullopt;
  }

  void take_registration(const FleetGroup& group, device::DeviceConfig& config) const {
    switch (group.registration) {
      case Registration::none:
        return;
      case Registration::http:
        config.registration = device::Registration::http;
        break;
      case Registration::mqtt:
        config.registration = device::Registration::mqtt;
        break;
      case Registration::mqtt_nwl:
        config.registration = device::Registration::mqtt_nwl;
        break;
    }
    if (platform_ == nullptr) return;  // the product's secret is asked for elsewhere, once somebody can be asked
    for (const auto& product : platform_->config().products)
      if (product.key.view() == group.product) config.product_secret = product.secret;
  }

  /// What a device that never bootstraps has burned in: the external endpoint, or the instance where its product lives at the start.
  void burn_endpoint(const FleetGroup& group, device::DeviceConfig& config) {
    if (platform_ == nullptr) {
      config.fixed_host = scenario_.external.host;
      config.fixed_port = scenario_.external.port;
      if (scenario_.external.bootstrap_host.empty()) config.start_from = device::StartFrom::fixed_endpoint;
      return;
    }
    if (!config.profile->can_bootstrap) config.start_from = device::StartFrom::fixed_endpoint;
    const auto& products = platform_->config().products;
    const auto product = std::find_if(products.begin(), products.end(), [&](const auto& p) { return p.key.view() == group.product; });
    if (product == products.end()) return;
    for (const platform::Endpoint& endpoint : platform_->host().endpoints()) {
      if (endpoint.name != product->instance.view()) continue;
      config.fixed_host = keep(host_for(endpoint, group.product));
      config.fixed_port = endpoint.port;
    }
  }

  static device::CredentialStyle credentials_of(AuthStyle auth) {
    switch (auth) {
      case AuthStyle::device_secret:
        return device::CredentialStyle::device_secret;
      case AuthStyle::plain:
        return device::CredentialStyle::plain;
      case AuthStyle::anonymous:
        return device::CredentialStyle::anonymous;
    }
    return device::CredentialStyle::device_secret;
  }

  const Scenario& scenario_;
  RunPlatform* platform_;
  const HostLookup& look_up_;
  std::unique_ptr<RunRuntime> runtime_ = std::make_unique<RunRuntime>();
  std::string_view bootstrap_host_;
  std::uint16_t bootstrap_port_ = 443;
};

}  // namespace

Result<std::unique_ptr<RunRuntime>, RunError> make_runtime(const Scenario& scenario, RunPlatform* platform, EventStream* events,
                                                           const HostLookup& look_up) {
  auto runtime = RuntimeBuilder(scenario, platform, look_up).build();
  if (runtime) (*runtime)->events = events;
  return runtime;
}

HmacPort thread_safe_hmac() {
  // The port keeps digest contexts, so that a signature allocates nothing; a context belongs to one thread.
  static constexpr auto compute = [](void*, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) -> std::size_t {
    thread_local device::MbedtlsHmac hmac;
    const HmacPort port = hmac.port();
    return port.compute(port.context, method, key, content, mac);
  };
  return {compute, nullptr};
}

}  // namespace fleetsim::sim
