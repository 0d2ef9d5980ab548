// Products with their first devices, and geography.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

#include "platform-mock/core/cidr_table.hpp"
#include "sim/config/platform_parts.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/words.hpp"

namespace fleetsim::sim {
namespace {

using platform::PlatformConfig;

void read_devices(MapReader& item, platform::ProductConfig& product) {
  const Node* list = item.find("devices");
  if (list == nullptr) return;
  if (list->kind != Node::Kind::sequence) {
    item.error(list->at, "devices", fmt::format("expected a list, found {}", show(*list)));
    return;
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list->children.size(); ++i) {
    const Node& node = list->children[i];
    MapReader device{node, fmt::format("{}[{}]", item.path_of("devices"), i), item.diagnostics()};
    std::string name;
    platform::DeviceTriple triple;
    if (device.require("name") != nullptr && device.text("name", name)) {
      if (!platform::is_device_name(name))
        device.error(device.at("name"), "name", fmt::format("\"{}\" is no device name: 4 to 32 letters, digits or - _ . @ :", name));
      else if (!seen.insert(name).second)
        device.error(device.at("name"), "name", fmt::format("\"{}\" stands here a second time", name));
    }
    triple.name = platform::DeviceName{name};
    if (device.require("secret") != nullptr) device.secret("secret", triple.secret, {.bytes_min = 1, .bytes_max = 64});
    device.finish();
    product.devices.push_back(std::move(triple));
  }
}

void read_product(const Node& node, const std::string& path, PlatformConfig& config, Diagnostics& diagnostics) {
  static constexpr Choice<platform::NodeType> node_types[] = {{"device", platform::NodeType::device},
                                                              {"gateway", platform::NodeType::gateway}};
  MapReader item{node, path, diagnostics};
  platform::ProductConfig product;
  std::string key;
  if (item.require("key") != nullptr && item.text("key", key) && !is_product_key(key))
    item.error(item.at("key"), "key", fmt::format("\"{}\" is no product key: 1 to 32 letters and digits", key));
  product.key = platform::ProductKey{key};
  if (std::any_of(config.products.begin(), config.products.end(), [&](const auto& p) { return p.key == product.key; }))
    item.error(item.at("key"), "key", fmt::format("\"{}\" stands here a second time", key));
  product.name = key;
  item.text("name", product.name);
  item.secret("secret", product.secret, {.bytes_min = 1, .bytes_max = 64});
  item.choice("node_type", product.node_type, node_types);
  bool is_dynamic = false;
  if (item.flag("dynamic_registration", is_dynamic) && is_dynamic) product.dynamic_registration = platform::DynamicRegistration::on;
  std::string owner{config.accounts.front().id.view()};
  item.text("owner", owner);
  product.owner = platform::AccountId{owner};
  if (std::none_of(config.accounts.begin(), config.accounts.end(), [&](const auto& a) { return a.id == product.owner; }))
    item.error(item.at("owner"), "owner", no_such("account", owner, config.accounts));
  std::string instance = config.instances.empty() ? std::string{} : std::string{config.instances.front().id.view()};
  item.text("instance", instance);
  product.instance = platform::InstanceId{instance};
  const auto home = std::find_if(config.instances.begin(), config.instances.end(), [&](const auto& i) { return i.id == product.instance; });
  if (home == config.instances.end()) {
    if (!config.instances.empty()) item.error(item.at("instance"), "instance", no_such("instance", instance, config.instances));
  } else if (home->kind == platform::InstanceKind::enterprise && home->owner != product.owner) {
    item.error(item.at("instance"), "instance",
               fmt::format("\"{}\" belongs to the account {}, the product to {}", instance, home->owner.view(), owner));
  }
  read_devices(item, product);
  item.finish();
  config.products.push_back(std::move(product));
}

void read_geo_blocks(MapReader& geo, platform::GeoConfig& out) {
  const Node* list = geo.find("blocks");
  if (list == nullptr) return;
  if (list->kind != Node::Kind::map) {
    geo.error(list->at, "blocks", fmt::format("expected a map such as {{203.0.113.0/24: DE}}, found {}", show(*list)));
    return;
  }
  for (const Node& block : list->children) {
    if (!platform::CidrBlock::parse(block.key))
      geo.error(block.key_at, "blocks", fmt::format("expected a block such as 203.0.113.0/24, found \"{}\"", block.key));
    if (!is_country_code(block.text))
      geo.error(block.at, "blocks", fmt::format("expected a country code such as DE, found {}", show(block)));
    out.blocks.push_back({block.key, block.text});
  }
}

void read_geo_countries(MapReader& geo, platform::GeoConfig& out) {
  const Node* map = geo.find("countries");
  if (map == nullptr) return;
  MapReader countries{*map, geo.path_of("countries"), geo.diagnostics()};
  for (const Node& one : map->children) {
    if (map->kind != Node::Kind::map) break;
    countries.find(one.key);
    if (!is_country_code(one.key)) countries.error(one.key_at, one.key, "expected a country code such as DE");
    MapReader point{one, countries.path_of(one.key), geo.diagnostics()};
    platform::GeoPoint location;
    if (point.require("latitude") != nullptr) point.number("latitude", location.latitude_deg, {.min = -90, .max = 90});
    if (point.require("longitude") != nullptr) point.number("longitude", location.longitude_deg, {.min = -180, .max = 180});
    point.finish();
    out.countries.emplace_back(one.key, location);
  }
}

}  // namespace

void read_products(MapReader& reader, PlatformConfig& config) {
  const Node* list = reader.find("products");
  if (list == nullptr) return;
  if (list->kind != Node::Kind::sequence) {
    reader.error(list->at, "products", fmt::format("expected a list, found {}", show(*list)));
    return;
  }
  for (std::size_t i = 0; i < list->children.size(); ++i)
    read_product(list->children[i], fmt::format("{}[{}]", reader.path_of("products"), i), config, reader.diagnostics());
}

void read_geo(MapReader& reader, const PlatformPlace& place, PlatformConfig& config) {
  const Node* node = reader.find("geo");
  if (node == nullptr) return;
  MapReader geo{*node, reader.path_of("geo"), reader.diagnostics()};
  if (geo.text("database", config.geo.database, {.bytes_min = 0, .bytes_max = 4096}))
    config.geo.database = path_from(place.folder, config.geo.database);
  read_geo_blocks(geo, config.geo);
  read_geo_countries(geo, config.geo);
  std::string fallback;
  if (geo.text("fallback", fallback)) {
    config.geo.fallback = platform::RegionId{fallback};
    if (std::none_of(config.regions.begin(), config.regions.end(), [&](const auto& r) { return r.id == config.geo.fallback; }))
      geo.error(geo.at("fallback"), "fallback", no_such("region", fallback, config.regions));
  }
  geo.finish();
}

std::span<const std::pair<std::string_view, std::string_view>> platform_file_names() {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> names{{{"geo", "database"}, {"tls", "ca_file"}}};
  return names;
}

}  // namespace fleetsim::sim
