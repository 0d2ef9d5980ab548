#include "live_world.hpp"

#include <utility>

#include "devicecore/firmware_profile.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

constexpr const char* product = "a1TestPK001";
constexpr std::chrono::milliseconds recheck{2};
constexpr std::chrono::seconds patience{30};  // only a failing test waits so long

std::string numbered(std::string_view prefix, std::uint32_t i) {
  std::string name(prefix);
  name += std::to_string(i);
  return name;
}
std::string device_name(std::uint32_t i) { return numbered("dev", i); }
std::string secret_of(std::uint32_t i) { return numbered("secret", i); }

platform::InstanceConfig instance(const char* id, const char* region, const char* address) {
  platform::InstanceConfig config;
  config.id = platform::InstanceId{id};
  config.name = id;
  config.region = platform::RegionId{region};
  config.mqtt.address = address;
  config.mqtt.proxy_protocol = platform::ProxyProtocol::optional;
  return config;
}

platform::PlatformConfig two_instances(const LiveSetUp& set_up) {
  platform::PlatformConfig config;
  config.accounts = {{platform::AccountId{"198000"}, "test"}};
  config.regions = {{platform::RegionId{"cn-shanghai"}, "Shanghai", {31.2, 121.5}},
                    {platform::RegionId{"ap-southeast-1"}, "Singapore", {1.3, 103.8}}};
  config.instances = {instance(LiveWorld::shanghai, "cn-shanghai", "127.0.31.1"),
                      instance(LiveWorld::singapore, "ap-southeast-1", "127.0.31.2")};
  platform::ProductConfig things;
  things.key = platform::ProductKey{product};
  things.name = "test";
  things.secret = "product secret";
  things.owner = platform::AccountId{"198000"};
  things.instance = platform::InstanceId{LiveWorld::shanghai};
  for (std::uint32_t i = 0; i < set_up.devices; ++i) things.devices.push_back({platform::DeviceName{device_name(i)}, secret_of(i)});
  config.products = {things};
  config.bootstrap.address = "127.0.31.9";
  config.bootstrap.proxy_protocol = platform::ProxyProtocol::optional;
  config.limits.mode = platform::LimitsMode::unlimited;
  config.names = set_up.names;
  config.tls.rsa = false;  // its keys take half a second to make
  return config;
}

}  // namespace

LiveWorld::LiveWorld(const LiveSetUp& set_up) : set_up_(set_up) {
  runtime_.epoch = std::chrono::steady_clock::now();
  platform::ServerOptions options;
  options.epoch = runtime_.epoch;
  options.on_event = [this](const platform::PlatformEvent& event, Instant) {
    if (event.kind == platform::PlatformEventKind::device_connected) {
      const std::lock_guard lock(mutex_);
      seen_[std::string(event.device_name)] = event.peer;
    }
    changed_.notify_all();
  };
  auto server = platform::PlatformServer::start(two_instances(set_up_), std::move(options));
  if (!server) {
    error_ = server.error().what;
    return;
  }
  server_ = std::move(*server);
  make_runtime();
}

LiveWorld::~LiveWorld() {
  if (shard_) shard_->stop();
  if (server_) server_->stop(0ms);
}

void LiveWorld::make_runtime() {
  scenario_.world = WorldKind::sockets;
  scenario_.platform.names = set_up_.names;
  FleetGroup group;
  group.name = "meters";
  group.count = set_up_.devices;
  group.bootstrap_tls = set_up_.bootstrap_tls;
  group.mqtt_tls = set_up_.mqtt_tls;
  group.transport = set_up_.transport;
  group.addresses.proxy = set_up_.proxy;
  scenario_.groups = {group};
  runtime_.scenario = &scenario_;
  runtime_.tag_names = {{"meters"}, {"", "cn-shanghai", "ap-southeast-1"}, {"reference"}};
  runtime_.ca_pem = server_->ca_pem();
  device::DeviceConfig config;
  config.profile = device::find_firmware_profile("reference");
  config.hmac = hmac_.port();
  config.bootstrap_tls = set_up_.bootstrap_tls != DeviceTls::off;
  config.mqtt_tls = set_up_.mqtt_tls != DeviceTls::off;
  for (const platform::Endpoint& endpoint : server_->endpoints()) {
    runtime_.strings.push_back(
        std::make_unique<std::string>(endpoint.advertised_host.empty() ? endpoint.address : endpoint.advertised_host));
    if (endpoint.name == "bootstrap") {
      config.bootstrap_host = *runtime_.strings.back();
      config.bootstrap_port = endpoint.port;
    } else {
      runtime_.region_of_host[endpoint.address] = endpoint.name == shanghai ? std::uint16_t{1} : std::uint16_t{2};
    }
  }
  for (const auto& [name, address] : server_->hosts()) runtime_.hosts[name] = *IpAddress::parse(address);
  runtime_.group_configs = {config};
  if (set_up_.adjust) set_up_.adjust(runtime_, scenario_);
}

std::string LiveWorld::start() {
  if (!error_.empty()) return error_;
  auto made = make_live_shard({.index = 0, .count = 1, .connects_in_flight = set_up_.connects_in_flight}, runtime_);
  if (!made) return made.error();
  shard_ = std::move(*made);
  for (std::uint32_t i = 0; i < set_up_.devices; ++i) {
    const bool wrong = static_cast<std::int32_t>(i) == set_up_.wrong_secret_at;
    const std::string secret = wrong ? "another-password" : secret_of(i);
    const auto identity = device::Identity::parse(product, device_name(i), secret);
    if (!identity) return std::string(describe(identity.error()));
    shard_->add_device({.index = i, .group = 0, .position = i, .identity = *identity, .address = IpAddress::from_v4(0xcb007100U + i)});
  }
  shard_->start();
  return {};
}

void LiveWorld::bring_up(Duration interval) { shard_->run_schedule(0, std::make_shared<TestSchedule>(set_up_.devices, interval), now()); }

void LiveWorld::distribute(std::string_view source, std::string_view target) {
  server_->call([&](platform::Platform& platform, platform::Output& output, Instant at) {
    platform::DistributeRequest request;
    request.account = platform::AccountId{"198000"};
    request.product = platform::ProductKey{product};
    request.source = platform::InstanceId{source};
    request.targets = {platform::InstanceId{target}};
    for (std::uint32_t i = 0; i < set_up_.devices; ++i) request.devices.emplace_back(device_name(i));
    const auto job = platform.distribute(request, at, output);
    if (!job) error_ = job.error().message;
  });
}

platform::Platform::Statistics LiveWorld::statistics() {
  platform::Platform::Statistics statistics;
  server_->call([&](platform::Platform& platform, platform::Output&, Instant) { statistics = platform.statistics(); });
  return statistics;
}

std::optional<IpAddress> LiveWorld::seen_address(const std::string& device) const {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(device);
  return found == seen_.end() ? std::nullopt : std::optional{found->second};
}

Instant LiveWorld::now() const { return Instant(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - runtime_.epoch)); }

bool LiveWorld::eventually(const std::function<bool()>& holds) const {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, recheck);  // the platform tells of its events; counters of the shard are looked at again
  }
  return true;
}

std::uint64_t metric_count_of(const ShardReport& report, Metric metric) {
  std::uint64_t count = 0;
  for (const Series& series : report.metrics.all()) {
    if (series.metric == metric) count += series.count + series.latency.count();
  }
  return count;
}

}  // namespace fleetsim::sim
