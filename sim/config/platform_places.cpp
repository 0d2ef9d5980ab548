// Accounts, regions, instances and their listeners.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "platform-mock/core/cidr_table.hpp"
#include "platform-mock/core/region_table.hpp"
#include "sim/config/platform_parts.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/words.hpp"

namespace fleetsim::sim {
namespace {

using platform::PlatformConfig;

constexpr std::string_view default_account = "198000";
constexpr Choice<platform::ProxyProtocol> proxy_choices[] = {{"off", platform::ProxyProtocol::off},
                                                             {"optional", platform::ProxyProtocol::optional},
                                                             {"required", platform::ProxyProtocol::required}};
constexpr Choice<platform::InstanceKind> kind_choices[] = {{"public", platform::InstanceKind::public_shared},
                                                           {"enterprise", platform::InstanceKind::enterprise}};

/// An id that stands in its own text or in a map's `id`; reports a bad form and a second use. Empty when it is no good.
std::string read_id(MapReader& item, const Node& node, std::string_view key, std::set<std::string>& seen) {
  std::string id;
  if (item.require(key) == nullptr || !item.text(key, id, {.bytes_min = 1, .bytes_max = 64})) return {};
  if (!is_plain_id(id)) {
    item.error(item.at(key), key, fmt::format("\"{}\" is no id: letters, digits, - and _, at most 64", id));
    return {};
  }
  if (!seen.insert(id).second) {
    item.error(node.at, key, fmt::format("\"{}\" stands here a second time", id));
    return {};
  }
  return id;
}

/// Calls `read(item, path)` for each item of a list; anything but a list is an error.
template <class Read>
bool each_item(MapReader& reader, std::string_view key, Read read) {
  const Node* list = reader.find(key);
  if (list == nullptr) return false;
  if (list->kind != Node::Kind::sequence) {
    reader.error(list->at, key, fmt::format("expected a list, found {}", show(*list)));
    return true;
  }
  for (std::size_t i = 0; i < list->children.size(); ++i) read(list->children[i], fmt::format("{}[{}]", reader.path_of(key), i));
  return true;
}

void read_listener(const Node& node, const std::string& path, platform::ListenerConfig& out, Diagnostics& diagnostics) {
  MapReader listener{node, path, diagnostics};
  if (listener.text("address", out.address) && !IpAddress::parse(out.address))
    listener.error(listener.at("address"), "address", fmt::format("expected an IP address, found \"{}\"", out.address));
  listener.whole("port", out.port);
  listener.choice("proxy_protocol", out.proxy_protocol, proxy_choices);
  if (listener.texts("proxy_trusted", out.proxy_trusted)) {
    for (const std::string& block : out.proxy_trusted)
      if (!platform::CidrBlock::parse(block))
        listener.error(listener.at("proxy_trusted"), "proxy_trusted",
                       fmt::format("expected a block such as 10.0.0.0/8, found \"{}\"", block));
  }
  listener.flag("plain", out.plain);
  listener.flag("tls", out.tls);
  if (!out.plain && !out.tls) listener.error(listener.at(), "tls", "plain and tls are both off: nothing can connect");
  listener.finish();
}

void read_access_keys(MapReader& account_item, platform::AccountConfig& account, std::set<std::string>& seen) {
  each_item(account_item, "access_keys", [&](const Node& node, const std::string& path) {
    MapReader item{node, path, account_item.diagnostics()};
    platform::AccessKey key;
    key.id = read_id(item, node, "id", seen);
    const bool has_secret = item.require("secret") != nullptr &&
                            item.secret("secret", key.secret, {.bytes_min = 1, .bytes_max = platform::access_key_bytes_max});
    item.finish();
    if (!key.id.empty() && has_secret) account.access_keys.push_back(std::move(key));
  });
}

/// The id must be one of those in the config.
template <class Things, class Id>
bool known(const Things& things, const Id& id) {
  return std::any_of(things.begin(), things.end(), [&](const auto& thing) { return thing.id == id; });
}

/// The documented id of a region's public instance; a made-up one of the same form where no source names it.
std::string public_instance_of(std::string_view region) {
  static constexpr std::pair<std::string_view, std::string_view> documented[] = {
      {"cn-shanghai", "iotx-oxssharez200"}, {"ap-northeast-1", "iotx-oxssharez300"}, {"ap-southeast-1", "iotx-oxssharez400"},
      {"us-west-1", "iotx-oxssharez500"},   {"us-east-1", "iotx-oxssharez600"},      {"eu-central-1", "iotx-oxssharez700"}};
  for (const auto& [id, instance] : documented)
    if (id == region) return std::string{instance};
  return fmt::format("iotx-oxss-{}", region);
}

void default_instances(PlatformConfig& config) {
  for (std::size_t i = 0; i < config.regions.size(); ++i) {
    const platform::RegionConfig& region = config.regions[i];
    platform::InstanceConfig instance;
    instance.id = platform::InstanceId{public_instance_of(region.id.view())};
    instance.name = region.name + " public";
    instance.region = region.id;
    instance.mqtt.address = fmt::format("127.0.{}.1", 2 + i);
    instance.mqtt.port = default_mqtt_port;
    config.instances.push_back(std::move(instance));
  }
}

}  // namespace

void read_accounts(MapReader& reader, PlatformConfig& config) {
  std::set<std::string> seen;
  std::set<std::string> keys_seen;
  each_item(reader, "accounts", [&](const Node& node, const std::string& path) {
    const Node map = map_of_one(node, "id");
    MapReader item{map, path, reader.diagnostics()};
    platform::AccountConfig account;
    account.id = platform::AccountId{read_id(item, node, "id", seen)};
    item.text("name", account.name);
    read_access_keys(item, account, keys_seen);
    item.finish();
    if (!account.id.empty()) config.accounts.push_back(std::move(account));
  });
  if (config.accounts.empty()) config.accounts.push_back({platform::AccountId{default_account}, "default"});
}

void read_regions(MapReader& reader, PlatformConfig& config) {
  std::set<std::string> seen;
  const bool given = each_item(reader, "regions", [&](const Node& node, const std::string& path) {
    const Node map = map_of_one(node, "id");
    MapReader item{map, path, reader.diagnostics()};
    platform::RegionConfig region;
    const std::string id = read_id(item, node, "id", seen);
    region.id = platform::RegionId{id};
    const platform::DocumentedRegion* known_region = platform::documented_region(id);
    region.name = known_region != nullptr ? std::string{known_region->name} : id;
    if (known_region != nullptr) region.location = known_region->location;
    item.text("name", region.name);
    const bool latitude = item.number("latitude", region.location.latitude_deg, {.min = -90, .max = 90});
    const bool longitude = item.number("longitude", region.location.longitude_deg, {.min = -180, .max = 180});
    item.finish();
    if (id.empty()) return;
    if (known_region == nullptr && !(latitude && longitude) && !item.has("latitude") && !item.has("longitude")) {
      std::vector<std::string_view> ids;
      const std::vector<platform::RegionConfig> documented = platform::documented_regions();
      ids.reserve(documented.size());
      for (const platform::RegionConfig& one : documented) ids.push_back(one.id.view());
      item.error(node.at, "id", fmt::format("the region \"{}\" is not built in: give its latitude and longitude{}", id, suggest(id, ids)));
    }
    config.regions.push_back(std::move(region));
  });
  if (!given || config.regions.empty()) reader.error(reader.at("regions"), "regions", "a platform needs at least one region");
}

void read_bootstrap(MapReader& reader, PlatformConfig& config) {
  config.bootstrap.address = "127.0.0.1";
  config.bootstrap.port = default_bootstrap_port;
  if (const Node* node = reader.find("bootstrap"))
    read_listener(*node, reader.path_of("bootstrap"), config.bootstrap, reader.diagnostics());
}

void read_management(MapReader& reader, PlatformConfig& config) {
  const Node* node = reader.find("management");
  if (node == nullptr) return;
  config.management.emplace();
  config.management->port = default_management_port;
  read_listener(*node, reader.path_of("management"), *config.management, reader.diagnostics());
}

void read_instances(MapReader& reader, PlatformConfig& config) {
  std::set<std::string> seen;
  const bool given = each_item(reader, "instances", [&](const Node& node, const std::string& path) {
    MapReader item{node, path, reader.diagnostics()};
    platform::InstanceConfig instance;
    const std::string id = read_id(item, node, "id", seen);
    instance.id = platform::InstanceId{id};
    instance.name = id;
    item.text("name", instance.name);
    if (id.starts_with("iot-")) instance.kind = platform::InstanceKind::enterprise;
    item.choice("kind", instance.kind, kind_choices);
    std::string region;
    if (item.require("region") != nullptr && item.text("region", region)) {
      instance.region = platform::RegionId{region};
      if (!known(config.regions, instance.region)) item.error(item.at("region"), "region", no_such("region", region, config.regions));
    }
    std::string owner =
        instance.kind == platform::InstanceKind::enterprise ? std::string{config.accounts.front().id.view()} : std::string{};
    if (item.text("owner", owner) && !known(config.accounts, platform::AccountId{owner}))
      item.error(item.at("owner"), "owner", no_such("account", owner, config.accounts));
    if (instance.kind == platform::InstanceKind::public_shared && item.has("owner"))
      item.error(item.at("owner"), "owner", "a public instance serves every account and has no owner");
    instance.owner = platform::AccountId{owner};
    instance.mqtt.address = fmt::format("127.0.{}.1", 2 + config.instances.size());
    instance.mqtt.port = default_mqtt_port;
    if (const Node* mqtt = item.find("mqtt")) read_listener(*mqtt, item.path_of("mqtt"), instance.mqtt, reader.diagnostics());
    item.finish();
    if (!id.empty()) config.instances.push_back(std::move(instance));
  });
  if (!given) default_instances(config);
  if (config.instances.empty() && !config.regions.empty())
    reader.error(reader.at("instances"), "instances", "a platform needs at least one instance");
}

void read_metrics(MapReader& reader, PlatformConfig& config) {
  const Node* node = reader.find("metrics");
  if (node == nullptr) return;
  config.metrics.emplace();
  config.metrics->port = default_metrics_port;
  config.metrics->tls = false;  // scrapers come from this host; no certificates only for them
  read_listener(*node, reader.path_of("metrics"), *config.metrics, reader.diagnostics());
}

void check_listeners(MapReader& reader, const PlatformConfig& config) {
  std::map<std::pair<std::string, std::uint16_t>, std::string> used;
  if (config.bootstrap.port != 0) used[{config.bootstrap.address, config.bootstrap.port}] = "the bootstrap endpoint";
  const auto check = [&](const std::optional<platform::ListenerConfig>& listener, const char* key, const char* what) {
    if (!listener || listener->port == 0) return;
    const auto [place, fresh] = used.try_emplace({listener->address, listener->port}, what);
    if (!fresh) reader.error(reader.at(key), key, fmt::format("listens where {} does", place->second));
  };
  check(config.management, "management", "the management endpoint");
  check(config.metrics, "metrics", "the metrics listener");
  for (const platform::InstanceConfig& instance : config.instances) {
    if (instance.mqtt.port == 0) continue;
    const auto [place, fresh] =
        used.try_emplace({instance.mqtt.address, instance.mqtt.port}, "instance " + std::string{instance.id.view()});
    if (!fresh)
      reader.error(reader.at("instances"), "instances",
                   fmt::format("instance {} listens on {}:{}, and so does {}", instance.id.view(), instance.mqtt.address,
                               instance.mqtt.port, place->second));
  }
}

}  // namespace fleetsim::sim
