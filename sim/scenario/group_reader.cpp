// `groups:` of a scenario: who the devices are, where they come from, how they connect.
#include <algorithm>
#include <fmt/format.h>

#include "devicecore/firmware_profile.hpp"
#include "platform-mock/core/cidr_table.hpp"
#include "platform-mock/core/nearest.hpp"
#include "sim/config/device_csv.hpp"
#include "sim/config/platform_reader.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/words.hpp"
#include "sim/scenario/device_naming.hpp"
#include "sim/scenario/paho_obstacle.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr Choice<Transport> transport_choices[] = {{"sockets", Transport::sockets}, {"paho", Transport::paho}};
constexpr Choice<DeviceTls> tls_choices[] = {{"off", DeviceTls::off}, {"mbedtls", DeviceTls::mbedtls}, {"openssl", DeviceTls::openssl}};
constexpr Choice<AuthStyle> auth_choices[] = {
    {"device_secret", AuthStyle::device_secret}, {"plain", AuthStyle::plain}, {"anonymous", AuthStyle::anonymous}};
constexpr Choice<HmacMethod> sign_choices[] = {
    {"hmacsha256", HmacMethod::sha256}, {"hmacsha1", HmacMethod::sha1}, {"hmacmd5", HmacMethod::md5}};
constexpr std::int64_t devices_max = 10'000'000;
constexpr double load_rate_max = 1e5;         // of one device: its clock counts microseconds
constexpr std::size_t prefix_bytes_min = 1;   // with six digits: seven bytes, the platform asks for four
constexpr std::size_t prefix_bytes_max = 20;  // with twelve digits: its longest
constexpr std::size_t named_device_bytes_max = platform::product_key_bytes_max + 1 + platform::device_name_bytes_max;  // "pk/dn"

void refuse_named_device(MapReader& group, const FleetGroup& settings, std::string_view who_there_is) {
  group.error(group.at("wrong_secret_device"), "wrong_secret_device",
              fmt::format("the group has no device \"{}\"; {}", settings.wrong_secret_device, who_there_is));
}

void check_derived_device(MapReader& reader, const FleetGroup& group) {
  if (group.wrong_secret_device.empty() || group.count == 0 || group.product.empty()) return;
  std::string_view name = group.wrong_secret_device;
  if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const std::optional<std::uint64_t> index = derived_index(group.device_prefix, name);
  const bool there = index && *index >= group.first_index && *index - group.first_index < group.count;
  if (there && names_device(group.wrong_secret_device, group.product, name)) return;
  refuse_named_device(reader, group,
                      fmt::format("it has {} to {}", derived_device_name(group.device_prefix, group.first_index),
                                  derived_device_name(group.device_prefix, group.first_index + group.count - 1)));
}

void check_listed_device(MapReader& reader, const FleetGroup& group, const std::vector<DeviceRow>& rows) {
  if (group.wrong_secret_device.empty() || rows.empty() || group.count > rows.size()) return;
  const auto taken = rows.begin() + static_cast<std::ptrdiff_t>(group.count);
  const bool there = std::any_of(
      rows.begin(), taken, [&](const DeviceRow& row) { return names_device(group.wrong_secret_device, row.product_key, row.device_name); });
  if (!there) refuse_named_device(reader, group, fmt::format("it takes the first {} of {}", group.count, group.devices_file));
}

/// `from: FILE`; `count` takes the first so many of it.
void read_device_file(MapReader& reader, MapReader& devices, const std::string& name, ScenarioContext& context, FleetGroup& group) {
  for (const std::string_view key : {"prefix", "first_index"})
    if (devices.find(key) != nullptr) devices.error(devices.at(key), key, "not together with `from`: the file says who the devices are");
  group.devices_file = path_from(context.folder, name);
  auto listed = std::make_shared<std::vector<DeviceRow>>(load_device_csv(group.devices_file, devices.at("from"), context.diagnostics));
  const std::vector<DeviceRow>& rows = *listed;
  group.listed = listed;
  group.count = static_cast<std::uint32_t>(rows.size());
  if (devices.whole("count", group.count, {.min = 1, .max = devices_max}) && group.count > rows.size() && !rows.empty())
    devices.error(devices.at("count"), "count", fmt::format("{} devices, but {} has {}", group.count, group.devices_file, rows.size()));
  check_listed_device(reader, group, rows);
  check_listed_overlap(devices, context, group, rows);
  if (group.product.empty() && !rows.empty()) group.product = rows.front().product_key;
  if (context.platform == nullptr) return;
  std::vector<std::string_view> reported;
  for (const DeviceRow& row : rows) {
    if (context.has_product(row.product_key) || std::find(reported.begin(), reported.end(), row.product_key) != reported.end()) continue;
    devices.error(devices.at("from"), "from", context.no_product(row.product_key));
    reported.push_back(row.product_key);
  }
}

void read_devices(MapReader& reader, ScenarioContext& context, FleetGroup& group) {
  const Node* node = reader.require("devices");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::map) {
    reader.whole("devices", group.count, {.min = 1, .max = devices_max});
  } else {
    MapReader devices{*node, reader.path_of("devices"), context.diagnostics};
    std::string from;
    devices.text("from", from, {.bytes_min = 0, .bytes_max = 4096});
    if (!from.empty()) {
      read_device_file(reader, devices, from, context, group);
      devices.finish();
      return;
    }
    if (devices.require("count") != nullptr) devices.whole("count", group.count, {.min = 1, .max = devices_max});
    devices.whole("first_index", group.first_index, {.min = 0, .max = 100'000'000'000});
    devices.text("prefix", group.device_prefix, {.bytes_min = 1, .bytes_max = 64});
    devices.finish();
  }
  const Position at = node->find("prefix") != nullptr ? node->find("prefix")->at : reader.at();
  const std::string& prefix = group.device_prefix;
  if (prefix.size() < prefix_bytes_min || prefix.size() > prefix_bytes_max || !platform::is_device_name(prefix + "000000"))
    reader.error(at, "devices.prefix",
                 fmt::format("\"{}\" is no prefix of device names: {} to {} letters, digits or - _ . @ :", prefix, prefix_bytes_min,
                             prefix_bytes_max));
  else
    check_derived_device(reader, group);
}

void read_ranges(MapReader& addresses, AddressPlan& plan) {
  plan.kind = AddressPlan::Kind::ranges;
  const platform::CidrBlock loopback = *platform::CidrBlock::parse("127.0.0.0/8");
  for (const std::string& range : plan.ranges) {
    const std::optional<platform::CidrBlock> block = platform::CidrBlock::parse(range);
    if (!block || !block->network.is_v4() || block->prefix_bits < platform::v4_prefix_bits)
      addresses.error(addresses.at("ranges"), "ranges", fmt::format("expected an IPv4 block such as 203.0.113.0/24, found \"{}\"", range));
    else if (!plan.proxy && !(block->prefix_bits >= loopback.prefix_bits && loopback.contains(block->network)))
      addresses.error(addresses.at("ranges"), "ranges", fmt::format("{} is outside 127.0.0.0/8: only `proxy: true` can show it", range));
  }
}

void read_countries(MapReader& addresses, const Node& node, const ScenarioContext& context, AddressPlan& plan) {
  plan.kind = AddressPlan::Kind::countries;
  const auto add = [&](const std::string& code, const Position& at, std::uint32_t weight) {
    if (!is_country_code(code) || !platform::country_location(code))
      addresses.error(at, "countries", fmt::format("no country \"{}\"; expected a code such as DE", code));
    else
      plan.countries.emplace_back(code, weight);
  };
  if (node.kind == Node::Kind::map) {
    MapReader weights{node, addresses.path_of("countries"), context.diagnostics};
    for (const Node& one : node.children) {
      std::uint32_t weight = 1;
      weights.whole(one.key, weight, {.min = 1, .max = 1'000'000});
      add(one.key, one.key_at, weight);
    }
  } else {
    std::vector<std::string> codes;
    if (addresses.texts("countries", codes))
      for (const std::string& code : codes) add(code, node.at, 1);
  }
  if (!plan.proxy) addresses.error(node.at, "countries", "addresses of countries need `proxy: true`: this machine does not own them");
  if (context.platform != nullptr && context.platform->geo.database.empty() && context.platform->geo.blocks.empty())
    addresses.error(node.at, "countries", "the platform has no geo.database and no geo.blocks to take addresses from");
}

void read_addresses(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  const Node* node = reader.find("addresses");
  if (node == nullptr) return;
  static constexpr Choice<AddressPlan::Kind> words[] = {{"loopback", AddressPlan::Kind::loopback_spread}};
  if (node->kind == Node::Kind::scalar) {
    reader.choice("addresses", group.addresses.kind, words);
    return;
  }
  MapReader addresses{*node, reader.path_of("addresses"), context.diagnostics};
  addresses.flag("proxy", group.addresses.proxy);
  const bool ranges = addresses.texts("ranges", group.addresses.ranges);
  const Node* countries = addresses.find("countries");
  if (ranges && countries != nullptr) addresses.error(node->at, "ranges", "ranges or countries, not both");
  if (ranges) read_ranges(addresses, group.addresses);
  if (countries != nullptr) read_countries(addresses, *countries, context, group.addresses);
  addresses.finish();
  if (!group.addresses.proxy || context.platform == nullptr) return;
  using platform::ProxyProtocol;
  if (context.platform->bootstrap.proxy_protocol == ProxyProtocol::off)
    addresses.error(addresses.at("proxy"), "proxy", "the platform's bootstrap endpoint has proxy_protocol: off");
  for (const auto& instance : context.platform->instances)
    if (instance.mqtt.proxy_protocol == ProxyProtocol::off)
      addresses.error(addresses.at("proxy"), "proxy", fmt::format("instance {} has proxy_protocol: off", instance.id.view()));
}

void read_tls(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  if (context.scenario.external.mqtt_tls) group.mqtt_tls = DeviceTls::openssl;
  if (const Node* node = reader.find("tls")) {
    if (node->kind == Node::Kind::scalar) {
      if (reader.choice("tls", group.bootstrap_tls, tls_choices)) group.mqtt_tls = group.bootstrap_tls;
    } else {
      MapReader legs{*node, reader.path_of("tls"), context.diagnostics};
      legs.choice("bootstrap", group.bootstrap_tls, tls_choices);
      legs.choice("mqtt", group.mqtt_tls, tls_choices);
      legs.finish();
    }
  }
  if (context.scenario.external.mqtt_tls && group.mqtt_tls == DeviceTls::off)
    reader.error(reader.at("tls"), "tls", "off for mqtt, but external.tls says that the endpoint speaks TLS");
  if (context.platform == nullptr) return;
  const platform::PlatformConfig& platform = *context.platform;
  const auto served = [](const platform::ListenerConfig& listener, DeviceTls tls) {
    return tls == DeviceTls::off ? listener.plain : listener.tls;
  };
  if (!served(platform.bootstrap, group.bootstrap_tls))
    reader.error(reader.at("tls"), "tls",
                 fmt::format("the platform's bootstrap endpoint has {}: false", group.bootstrap_tls == DeviceTls::off ? "plain" : "tls"));
  for (const auto& instance : platform.instances)
    if (!served(instance.mqtt, group.mqtt_tls))
      reader.error(reader.at("tls"), "tls",
                   fmt::format("instance {} has {}: false", instance.id.view(), group.mqtt_tls == DeviceTls::off ? "plain" : "tls"));
}

void read_credentials(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  reader.choice("auth", group.auth, auth_choices);
  reader.text("username", group.username, {.bytes_min = 0, .bytes_max = 256});
  reader.secret("password", group.password, {.bytes_min = 0, .bytes_max = 256});
  reader.choice("sign_method", group.sign_method, sign_choices);
  if (group.auth == AuthStyle::plain && group.username.empty()) reader.error(reader.at("auth"), "username", "missing: auth is plain");
  if (group.auth != AuthStyle::plain && (reader.has("username") || reader.has("password")))
    reader.error(reader.at("username"), "username", "only with auth: plain");
  if (group.auth != AuthStyle::device_secret && context.scenario.world != WorldKind::external)
    reader.error(reader.at("auth"), "auth", "the platform of world sockets checks device_secret only");
  if (group.auth != AuthStyle::device_secret && reader.has("wrong_secret_device"))
    reader.error(reader.at("wrong_secret_device"), "wrong_secret_device", "only with auth: device_secret");
}

void read_session(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  Duration keep_alive = std::chrono::seconds{group.keep_alive_s};
  reader.duration("keep_alive", keep_alive, {.min = Duration{0}, .max = std::chrono::seconds{65535}});
  group.keep_alive_s = static_cast<std::uint16_t>(std::chrono::duration_cast<std::chrono::seconds>(keep_alive).count());
  if (context.platform != nullptr) {
    const platform::Limits& limits = context.platform->limits;
    if (group.keep_alive_s < limits.keep_alive_s_min || group.keep_alive_s > limits.keep_alive_s_max)
      context.diagnostics.warning(reader.at("keep_alive"),
                                  fmt::format("{}: the platform takes {} to {} seconds and refuses the rest", reader.path_of("keep_alive"),
                                              limits.keep_alive_s_min, limits.keep_alive_s_max));
  }
  if (const Node* node = reader.find("backoff")) {
    MapReader backoff{*node, reader.path_of("backoff"), context.diagnostics};
    backoff.duration("floor", group.backoff_floor, {.min = Duration{1000}, .max = std::chrono::hours{1}});
    backoff.duration("cap", group.backoff_cap, {.min = Duration{1000}, .max = std::chrono::hours{24}});
    backoff.finish();
    if (group.backoff_floor > group.backoff_cap) backoff.error(backoff.at("floor"), "floor", "more than the cap");
  }
}

void read_load(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  reader.duration("property_post_interval", group.property_post_interval, {.min = std::chrono::milliseconds{10}});
  const Node* node = reader.find("load");
  if (node == nullptr) return;
  PublishLoad load;
  MapReader map{*node, reader.path_of("load"), context.diagnostics};
  map.text("topic", load.topic, {.bytes_min = 1, .bytes_max = 128});
  if (load.topic.find_first_of("+#") != std::string::npos) map.error(map.at("topic"), "topic", "a topic to publish to has no + and no #");
  map.size("payload", load.payload_bytes, {.min = 0, .max = load.topic.empty() ? load_property_bytes_max : load_payload_bytes_max});
  map.whole("qos", load.qos, {.min = 0, .max = 1});
  map.number("rate", load.rate_per_second_per_device, {.min = 0, .max = load_rate_max});
  map.whole("window", load.window, {.min = 1, .max = 16});
  map.duration("duration", load.duration);
  if (load.rate_per_second_per_device > 0 && map.has("window")) map.error(map.at("window"), "window", "window or rate, not both");
  if (load.topic.empty() && map.has("qos"))
    map.error(map.at("qos"), "qos", "only with a topic: a property post is acknowledged by its reply");
  else if (load.qos == 0 && load.rate_per_second_per_device <= 0)
    map.error(map.at("qos"), "qos", "0 needs a rate: there is no answer to wait for");
  map.finish();
  group.load = load;
}

/// Devices that a gateway speaks for have no link of their own: nothing that is about links makes sense for them.
void read_behind(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  if (!reader.text("behind", group.behind, {.bytes_min = 1, .bytes_max = 64})) return;
  const auto& groups = context.scenario.groups;
  const auto gateways = std::find_if(groups.begin(), groups.end(), [&](const FleetGroup& other) { return other.name == group.behind; });
  if (gateways == groups.end()) {
    reader.error(reader.at("behind"), "behind", context.no_group(group.behind) + "; the gateways' group stands above this one");
    return;
  }
  for (const std::string_view key : {"profile", "transport", "addresses", "tls", "auth", "keep_alive", "backoff", "executor", "load",
                                     "property_post_interval", "startTime", "version", "registration", "wrong_secret_device"})
    if (reader.has(key)) reader.error(reader.at(key), key, "not with `behind`: the gateway has the link");
  group.profile = gateways->profile;
  const device::FirmwareProfile* profile = device::find_firmware_profile(gateways->profile);
  const std::uint64_t each = gateways->count == 0 ? 0 : (group.count + gateways->count - 1) / gateways->count;
  if (!gateways->behind.empty() || gateways->transport == Transport::paho)
    reader.error(reader.at("behind"), "behind", fmt::format("the devices of {} are no gateways", group.behind));
  else if (profile != nullptr && each > profile->sub_devices_max)
    reader.error(reader.at("behind"), "behind",
                 fmt::format("{} devices behind each gateway; firmware {} takes {}", each, profile->name, profile->sub_devices_max));
}

/// Elsewhere the product's secret is the platform's to tell.
void check_registration_elsewhere(MapReader& reader, const ExternalEndpoint& external, const FleetGroup& group) {
  if (external.management.host.empty())
    reader.error(reader.at("registration"), "registration", "needs the product's secret, which the platform tells: external.management");
  if (group.registration == Registration::http && external.bootstrap_host.empty())
    reader.error(reader.at("registration"), "registration", "http asks where the devices bootstrap: external.bootstrap");
}

void read_firmware(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  static constexpr Choice<Registration> ways[] = {
      {"none", Registration::none}, {"http", Registration::http}, {"mqtt", Registration::mqtt}, {"mqtt_nwl", Registration::mqtt_nwl}};
  reader.text("version", group.version, {.bytes_min = 1, .bytes_max = 64});
  reader.choice("registration", group.registration, ways);
  if (group.registration == Registration::none) return;
  const device::FirmwareProfile* profile = device::find_firmware_profile(group.profile);
  if (context.scenario.world == WorldKind::external) check_registration_elsewhere(reader, context.scenario.external, group);
  if (profile != nullptr && !profile->can_bootstrap)
    reader.error(reader.at("registration"), "registration", fmt::format("firmware {} has its secret burned in", group.profile));
  if (group.registration == Registration::mqtt && group.mqtt_tls == DeviceTls::off)
    reader.error(reader.at("registration"), "registration", "mqtt needs tls on the mqtt leg: a secret comes back");
  if (group.registration == Registration::mqtt_nwl && group.mqtt_tls == DeviceTls::off)
    reader.error(reader.at("registration"), "registration", "mqtt_nwl needs tls on the mqtt leg: a token comes back, and is shown there");
  if (group.registration == Registration::http && group.bootstrap_tls == DeviceTls::off)
    reader.error(reader.at("registration"), "registration", "http needs tls on the bootstrap leg: a secret comes back");
  if (group.transport == Transport::paho || group.auth != AuthStyle::device_secret)
    reader.error(reader.at("registration"), "registration", "needs transport: sockets and auth: device_secret");
  if (!group.wrong_secret_device.empty())
    reader.error(reader.at("wrong_secret_device"), "wrong_secret_device", "not with registration: its devices have no secret burned in");
}

void check_paho(MapReader& reader, const ScenarioContext& context, const FleetGroup& group) {
  const auto names = context.platform != nullptr ? context.platform->names : platform::AdvertisedNames::loopback;
  if (const auto obstacle = paho_obstacle(group, names)) reader.error(reader.at(obstacle->key), obstacle->key, obstacle->why);
}

void read_product(MapReader& reader, const ScenarioContext& context, FleetGroup& group) {
  const bool given = reader.text("product", group.product, {.bytes_min = 1, .bytes_max = 32});
  if (!given && !reader.has("product")) {
    if (context.platform != nullptr && context.platform->products.size() == 1)
      group.product = context.platform->products.front().key.view();
    else if (context.platform == nullptr && context.scenario.world == WorldKind::external)
      group.product = "fleetsim";
  }
  if (given && !is_product_key(group.product))
    reader.error(reader.at("product"), "product", fmt::format("\"{}\" is no product key: 1 to 32 letters and digits", group.product));
  else if (given && context.platform != nullptr && !context.has_product(group.product))
    reader.error(reader.at("product"), "product", context.no_product(group.product));
}

void read_group(const Node& node, ScenarioContext& context) {
  MapReader reader{node, "groups." + node.key, context.diagnostics};
  FleetGroup group;
  group.name = node.key;
  group.device_prefix = node.key + "-";
  if (!is_plain_id(node.key))
    context.diagnostics.error(node.key_at, fmt::format("groups: \"{}\" is no name: letters, digits, - and _, at most 64", node.key));
  if (reader.text("profile", group.profile) && device::find_firmware_profile(group.profile) == nullptr) {
    std::vector<std::string_view> names;
    for (const device::FirmwareProfile* profile : device::firmware_profiles()) names.push_back(profile->name);
    reader.error(reader.at("profile"), "profile", no_such_word("profile", group.profile, names));
  }
  read_product(reader, context, group);
  reader.text("wrong_secret_device", group.wrong_secret_device, {.bytes_min = 1, .bytes_max = named_device_bytes_max});
  read_devices(reader, context, group);
  if (group.product.empty() && !reader.has("product") && context.platform != nullptr)
    reader.error(reader.at(), "product", "missing: the platform has more than one product, or none");
  reader.choice("transport", group.transport, transport_choices);
  read_addresses(reader, context, group);
  read_tls(reader, context, group);
  read_credentials(reader, context, group);
  read_session(reader, context, group);
  read_executor(reader, group);
  reader.duration("startTime", group.start_time);
  read_load(reader, context, group);
  read_firmware(reader, context, group);
  read_behind(reader, context, group);
  check_paho(reader, context, group);
  check_derived_overlap(reader, context, group);
  reader.finish();
  context.scenario.groups.push_back(std::move(group));
}

}  // namespace

void read_groups(MapReader& reader, ScenarioContext& context) {
  const Node* groups = reader.require("groups");
  if (groups == nullptr) return;
  if (groups->kind != Node::Kind::map) {
    reader.error(groups->at, "groups", fmt::format("expected a map of names and groups, found {}", show(*groups)));
    return;
  }
  if (groups->children.empty()) reader.error(groups->at, "groups", "no group: a run needs devices");
  for (const Node& node : groups->children) read_group(node, context);
}

}  // namespace fleetsim::sim
