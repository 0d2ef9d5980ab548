// `external:` of a scenario: the endpoint of world external, a platform or an ordinary MQTT broker.
#include <cstdlib>
#include <fmt/format.h>

#include "sim/config/platform_reader.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr WholeRange port_range{.min = 1, .max = 65535};
constexpr std::uint16_t https_port = 443;
constexpr const char* secret_variable = "FLEETSIM_ACCESS_KEY_SECRET";

void read_management(const Node& node, ScenarioContext& context, ManagementEndpoint& out) {
  MapReader reader{node, "external.management", context.diagnostics};
  if (reader.require("host") != nullptr) reader.text("host", out.host, {.bytes_min = 1, .bytes_max = 128});
  reader.whole("port", out.port, port_range);
  reader.flag("tls", out.tls);
  if (out.tls && !reader.has("port")) out.port = https_port;
  if (reader.require("access_key_id") != nullptr) reader.text("access_key_id", out.access_key_id, {.bytes_min = 1, .bytes_max = 128});
  reader.secret("access_key_secret", out.access_key_secret, {.bytes_min = 1, .bytes_max = 128});
  // A secret is better not in a file that is shared.
  if (!reader.has("access_key_secret")) {
    if (const char* given = std::getenv(secret_variable); given != nullptr) out.access_key_secret = given;
    if (out.access_key_secret.empty())
      reader.error(reader.at(), "access_key_secret", fmt::format("missing: give it here or in the environment as {}", secret_variable));
  }
  if (reader.require("target_uid") != nullptr) reader.text("target_uid", out.target_uid, {.bytes_min = 1, .bytes_max = 64});
  reader.finish();
}

}  // namespace

void read_external(MapReader& reader, ScenarioContext& context) {
  const Node* node = reader.find("external");
  if (context.elsewhere != nullptr) node = context.elsewhere;
  if (context.scenario.world == WorldKind::sockets) {
    if (node != nullptr) reader.error(node->key_at, "external", "only with world: external");
    return;
  }
  if (node == nullptr) {
    reader.error(reader.at(), "external", "missing: world external needs the endpoint to use");
    return;
  }
  ExternalEndpoint& out = context.scenario.external;
  MapReader external{*node, "external", context.diagnostics};
  if (external.require("host") != nullptr) external.text("host", out.host, {.bytes_min = 1, .bytes_max = 128});
  external.whole("port", out.port, port_range);
  external.flag("tls", out.mqtt_tls);
  if (external.text("ca_file", out.ca_file, {.bytes_min = 0, .bytes_max = 4096})) out.ca_file = path_from(context.folder, out.ca_file);
  if (const Node* leg = external.find("bootstrap")) {
    MapReader bootstrap{*leg, "external.bootstrap", context.diagnostics};
    if (bootstrap.require("host") != nullptr) bootstrap.text("host", out.bootstrap_host, {.bytes_min = 1, .bytes_max = 128});
    bootstrap.whole("port", out.bootstrap_port, port_range);
    bootstrap.finish();
  }
  if (const Node* management = external.find("management")) read_management(*management, context, out.management);
  external.flag("register_devices", out.register_devices);
  if (out.register_devices && out.management.host.empty())
    external.error(external.at("register_devices"), "register_devices",
                   "goes through the management API: describe it in external.management");
  external.finish();
}

}  // namespace fleetsim::sim
