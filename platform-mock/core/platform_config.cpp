#include "platform-mock/core/platform_config.hpp"

#include <algorithm>
#include <set>

#include "platform-mock/core/cidr_table.hpp"
#include "platform-mock/core/misbehaviour/rule_check.hpp"
#include "platform-mock/core/platform_error.hpp"

namespace fleetsim::platform {
namespace {

bool is_word_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// Collects the problems of one config; a method each for a part of it.
class Inspection {
 public:
  explicit Inspection(const PlatformConfig& config) : config_(config) {}

  std::vector<ConfigProblem> run() {
    accounts();
    regions();
    listener("bootstrap", config_.bootstrap);
    if (config_.management) listener("management", *config_.management);
    if (config_.metrics) listener("metrics", *config_.metrics);
    instances();
    products();
    geography();
    limits();
    api();
    misbehaviour();
    return std::move(problems_);
  }

 private:
  void tell(std::string path, std::string message) { problems_.push_back({std::move(path), std::move(message)}); }

  static std::string item(std::string_view list, std::size_t i) { return std::string{list} + "[" + std::to_string(i) + "]"; }

  /// False, with a problem told, when the name is empty or taken.
  template <class Id>
  void claim(std::set<std::string, std::less<>>& taken, const Id& id, const std::string& path) {
    if (id.empty()) return tell(path, "must not be empty");
    if (!taken.emplace(id.view()).second) tell(path, quoted(id.view()) + " is defined twice");
  }

  template <class Id>
  void refer(const std::set<std::string, std::less<>>& known, const Id& id, const std::string& path, std::string_view what) {
    if (known.find(id.view()) == known.end()) tell(path, "there is no " + std::string{what} + " " + quoted(id.view()));
  }

  void accounts() {
    std::set<std::string, std::less<>> names;
    std::set<std::string, std::less<>> keys;
    for (std::size_t i = 0; i < config_.accounts.size(); ++i) {
      const AccountConfig& account = config_.accounts[i];
      const std::string path = item("accounts", i);
      claim(accounts_, account.id, path + ".id");
      if (!account.name.empty() && !names.insert(account.name).second) tell(path + ".name", quoted(account.name) + " is defined twice");
      for (std::size_t k = 0; k < account.access_keys.size(); ++k) access_key(keys, account.access_keys[k], item(path + ".access_keys", k));
    }
  }

  void access_key(std::set<std::string, std::less<>>& taken, const AccessKey& key, const std::string& path) {
    const auto fits = [](const std::string& text) { return !text.empty() && text.size() <= access_key_bytes_max; };
    if (!fits(key.id)) tell(path + ".id", "must be 1 to 128 characters");
    if (!fits(key.secret)) tell(path + ".secret", "must be 1 to 128 characters");
    if (!taken.insert(key.id).second) tell(path + ".id", quoted(key.id) + " is defined twice");
  }

  void point(const GeoPoint& where, const std::string& path) {
    if (where.latitude_deg < -90 || where.latitude_deg > 90) tell(path, "latitude must be from -90 to 90 degrees");
    if (where.longitude_deg < -180 || where.longitude_deg > 180) tell(path, "longitude must be from -180 to 180 degrees");
  }

  void regions() {
    for (std::size_t i = 0; i < config_.regions.size(); ++i) {
      claim(regions_, config_.regions[i].id, item("regions", i) + ".id");
      point(config_.regions[i].location, item("regions", i) + ".location");
    }
  }

  void listener(const std::string& path, const ListenerConfig& wanted) {
    if (!IpAddress::parse(wanted.address)) tell(path + ".address", quoted(wanted.address) + " is not an IP address");
    if (!wanted.plain && !wanted.tls) tell(path, "must serve plain, tls or both");
    for (std::size_t i = 0; i < wanted.proxy_trusted.size(); ++i)
      if (!CidrBlock::parse(wanted.proxy_trusted[i]))
        tell(item(path + ".proxy_trusted", i), quoted(wanted.proxy_trusted[i]) + " is not a block such as 10.0.0.0/8");
    if (wanted.proxy_protocol != ProxyProtocol::off && wanted.proxy_trusted.empty())
      tell(path + ".proxy_trusted", "must name at least one block when proxy_protocol is on");
  }

  void instances() {
    if (config_.instances.empty()) tell("instances", "there must be at least one instance");
    for (std::size_t i = 0; i < config_.instances.size(); ++i) {
      const InstanceConfig& instance = config_.instances[i];
      const std::string path = item("instances", i);
      claim(instances_, instance.id, path + ".id");
      refer(regions_, instance.region, path + ".region", "region");
      if (instance.kind == InstanceKind::enterprise) refer(accounts_, instance.owner, path + ".owner", "account");
      if (instance.kind == InstanceKind::public_shared && !instance.owner.empty())
        tell(path + ".owner", "a public instance serves every account and has no owner");
      listener(path + ".mqtt", instance.mqtt);
    }
  }

  void misbehaviour() {
    std::set<std::string, std::less<>> names;
    if (config_.misbehaviour.size() > config_.limits.misbehaviour_rules)
      tell("misbehaviour", "must be at most limits.misbehaviour_rules, " + std::to_string(config_.limits.misbehaviour_rules));
    for (std::size_t i = 0; i < config_.misbehaviour.size(); ++i) {
      const MisbehaviourRule& rule = config_.misbehaviour[i];
      const std::string path = item("misbehaviour", i);
      if (const auto problem = misbehaviour::problem_of(rule)) tell(path, problem->message);
      if (!rule.name.empty() && !names.insert(rule.name).second) tell(path + ".name", quoted(rule.name) + " is defined twice");
      if (!rule.endpoint.empty() && rule.endpoint != misbehaviour::bootstrap_endpoint && instances_.count(rule.endpoint) == 0)
        tell(path + ".endpoint", "there is no instance " + quoted(rule.endpoint));
    }
  }

  void products() {
    std::set<std::string, std::less<>> keys;
    for (std::size_t i = 0; i < config_.products.size(); ++i) {
      const ProductConfig& product = config_.products[i];
      const std::string path = item("products", i);
      claim(keys, product.key, path + ".key");
      if (!product.key.empty() && !is_product_key(product.key.view())) tell(path + ".key", "must be 1 to 32 of A-Z a-z 0-9 - _");
      refer(accounts_, product.owner, path + ".owner", "account");
      refer(instances_, product.instance, path + ".instance", "instance");
      may_use(product, path);
      devices(product, path);
    }
  }

  void may_use(const ProductConfig& product, const std::string& path) {
    for (const InstanceConfig& instance : config_.instances)
      if (instance.id == product.instance && instance.kind == InstanceKind::enterprise && instance.owner != product.owner)
        tell(path + ".instance", quoted(instance.id.view()) + " belongs to account " + quoted(instance.owner.view()));
  }

  void devices(const ProductConfig& product, const std::string& path) {
    std::set<std::string, std::less<>> names;
    for (std::size_t i = 0; i < product.devices.size(); ++i) {
      const DeviceTriple& device = product.devices[i];
      const std::string at = item(path + ".devices", i);
      claim(names, device.name, at + ".name");
      if (!device.name.empty() && !is_device_name(device.name.view())) tell(at + ".name", "must be 4 to 32 of A-Z a-z 0-9 - _ . @ :");
      if (device.secret.empty() || device.secret.size() > secret_bytes_max) tell(at + ".secret", "must be 1 to 64 characters");
    }
  }

  void country(std::string_view code, const std::string& path) {
    const bool alpha2 = code.size() == 2 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!alpha2) tell(path, quoted(code) + " is not a country code such as DE");
  }

  void geography() {
    CidrTable seen;
    for (std::size_t i = 0; i < config_.geo.blocks.size(); ++i) {
      const std::string path = item("geo.blocks", i);
      const GeoBlock& block = config_.geo.blocks[i];
      country(block.country, path + ".country");
      const auto error = seen.add(block.cidr, block.country);
      if (!error) continue;
      switch (*error) {
        case CidrTable::AddError::malformed:
          tell(path + ".cidr", quoted(block.cidr) + " is not a block such as 203.0.113.0/24");
          break;
        case CidrTable::AddError::present:
          tell(path + ".cidr", quoted(block.cidr) + " is given twice");
          break;
        case CidrTable::AddError::full:
          return tell(path, "there are more blocks than the table takes (1,000,000)");
      }
    }
    for (std::size_t i = 0; i < config_.geo.countries.size(); ++i) {
      country(config_.geo.countries[i].first, item("geo.countries", i));
      point(config_.geo.countries[i].second, item("geo.countries", i));
    }
    if (!config_.geo.fallback.empty()) refer(regions_, config_.geo.fallback, "geo.fallback", "region");
  }

  void limits() {
    const Limits& set = config_.limits;
    if (set.keep_alive_s_min > set.keep_alive_s_max) tell("limits.keep_alive_s_min", "must not be above keep_alive_s_max");
    if (set.http_header_bytes < http_header_bytes_min) tell("limits.http_header_bytes", "must be at least 512: real devices send 250");
    if (set.http_body_bytes < http_body_bytes_min) tell("limits.http_body_bytes", "must be at least 256: real devices send 80");
    if (set.http_headers < http_headers_min) tell("limits.http_headers", "must be at least 8: real devices send 4");
    if (set.management_body_bytes < management_body_bytes_min) tell("limits.management_body_bytes", "must be at least 4096");
    if (set.management_requests_per_connection == 0) tell("limits.management_requests_per_connection", "must be at least 1");
    if (set.connections_max == 0) tell("limits.connections_max", "must be at least 1");
    if (set.http_requests_per_connection == 0) tell("limits.http_requests_per_connection", "must be at least 1");
    if (set.http_request_timeout <= Duration::zero()) tell("limits.http_request_timeout", "must be above zero");
    if (set.http_idle_timeout <= Duration::zero()) tell("limits.http_idle_timeout", "must be above zero");
    if (set.connect_packet_timeout <= Duration::zero()) tell("limits.connect_packet_timeout", "must be above zero");
    if (set.rrpc_timeout <= Duration::zero()) tell("limits.rrpc_timeout", "must be above zero");
    if (set.rrpc_timeout > set.call_timeout_max) tell("limits.rrpc_timeout", "must not be above call_timeout_max");
    if (set.connect_packet_bytes < connect_packet_bytes_min)
      tell("limits.connect_packet_bytes", "must be at least 256: real devices send 200");
    if (set.devices_per_batch == 0) tell("limits.devices_per_batch", "must be at least 1");
    if (set.inbox_messages == 0) tell("limits.inbox_messages", "must be at least 1");
    if (set.job_batch_interval < Duration::zero()) tell("limits.job_batch_interval", "must not be below zero");
    if (set.job_stuck_after < Duration::zero()) tell("limits.job_stuck_after", "must not be below zero");
    if (set.verification_code_lifetime <= Duration::zero()) tell("limits.verification_code_lifetime", "must be above zero");
    if (config_.source_grace < Duration::zero()) tell("source_grace", "must not be below zero");
    if (config_.subscribe_delay < Duration::zero() || config_.subscribe_delay > subscribe_delay_max)
      tell("subscribe_delay", "must be 0 to 3600 seconds");
    const std::uint16_t status = config_.bootstrap_error_status;
    if (status != http_status_ok && (status < http_status_error_min || status > http_status_error_max))
      tell("bootstrap_error_status", "must be 200, or an HTTP status from 400 to 599");
    if (config_.notify_qos > 1) tell("notify_qos", "must be 0 or 1");
    if (!config_.tls.rsa && !config_.tls.ecdsa && any_tls()) tell("tls", "a listener serves TLS, so rsa, ecdsa or both must be on");
  }

  void api() {
    const ApiConfig& set = config_.api;
    if (!set.region.empty()) refer(regions_, set.region, "api.region", "region");
    if (set.clock_skew <= Duration::zero()) tell("api.clock_skew", "must be above zero");
    if (set.file_url_lifetime <= Duration::zero()) tell("api.file_url_lifetime", "must be above zero");
    if (set.upload_lifetime <= Duration::zero()) tell("api.upload_lifetime", "must be above zero");
    if (set.unused_upload_kept <= Duration::zero()) tell("api.unused_upload_kept", "must be above zero");
    if (set.firmware_url_lifetime <= Duration::zero()) tell("api.firmware_url_lifetime", "must be above zero");
    if (set.nonces < api_nonces_min) tell("api.nonces", "must be at least 1000");
    for (const auto& [action, qps] : set.qps)
      if (qps == 0) tell("api.qps." + action, "must be at least 1");
  }

  bool any_tls() const {
    return config_.bootstrap.tls || (config_.management && config_.management->tls) ||
           std::any_of(config_.instances.begin(), config_.instances.end(), [](const InstanceConfig& i) { return i.mqtt.tls; });
  }

  static constexpr Duration subscribe_delay_max = std::chrono::seconds{3600};
  static constexpr std::uint16_t http_status_ok = 200;
  static constexpr std::uint16_t http_status_error_min = 400;
  static constexpr std::uint16_t http_status_error_max = 599;
  static constexpr std::uint32_t connect_packet_bytes_min = 256;
  static constexpr std::uint32_t http_header_bytes_min = 512;
  static constexpr std::uint32_t http_body_bytes_min = 256;
  static constexpr std::uint32_t http_headers_min = 8;
  static constexpr std::uint32_t management_body_bytes_min = 4096;
  static constexpr std::uint32_t api_nonces_min = 1000;

  const PlatformConfig& config_;
  std::vector<ConfigProblem> problems_;
  std::set<std::string, std::less<>> accounts_;
  std::set<std::string, std::less<>> regions_;
  std::set<std::string, std::less<>> instances_;
};

}  // namespace

bool is_device_name(std::string_view text) {
  return text.size() >= device_name_bytes_min && text.size() <= device_name_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_word_character(c) || c == '.' || c == '@' || c == ':'; });
}

bool is_product_key(std::string_view text) {
  return !text.empty() && text.size() <= product_key_bytes_max && std::all_of(text.begin(), text.end(), is_word_character);
}

std::vector<ConfigProblem> problems_of(const PlatformConfig& config) { return Inspection{config}.run(); }

}  // namespace fleetsim::platform
