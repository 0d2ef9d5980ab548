// `external:` of a scenario: the endpoint of world external, a platform or an ordinary MQTT broker.
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "sim/config/platform_reader.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr WholeRange port_range{.min = 1, .max = 65535};
constexpr std::uint16_t https_port = 443;
constexpr std::size_t instances_max = 1000;
constexpr DurationRange time_range{.min = std::chrono::milliseconds{1}, .max = std::chrono::hours{24}};
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
  reader.duration("call_timeout", out.call_timeout, time_range);
  reader.duration("throttled_pause", out.throttled_pause, time_range);
  reader.duration("throttled_pause_max", out.throttled_pause_max, time_range);
  reader.duration("throttled_patience", out.throttled_patience);
  reader.duration("job_timeout", out.job_timeout, time_range);
  reader.duration("look_interval_max", out.look_interval_max, time_range);
  reader.whole("failed_looks_max", out.failed_looks_max, {.min = 0, .max = 1000});
  if (out.throttled_pause > out.throttled_pause_max)
    reader.error(reader.at("throttled_pause"), "throttled_pause", "more than throttled_pause_max");
  reader.finish();
}

void read_external_instances(MapReader& reader, ExternalEndpoint& out) {
  const Node* list = reader.find("instances");
  if (list == nullptr) return;
  if (list->kind != Node::Kind::sequence || list->children.empty() || list->children.size() > instances_max) {
    reader.error(list->at, "instances", fmt::format("expected a list of 1 to {} instances, found {}", instances_max, show(*list)));
    return;
  }
  for (std::size_t i = 0; i < list->children.size(); ++i) {
    MapReader item{list->children[i], fmt::format("external.instances[{}]", i), reader.diagnostics()};
    ExternalInstance instance;
    if (item.require("id") != nullptr) item.text("id", instance.id, {.bytes_min = 1, .bytes_max = 64});
    if (item.require("host") != nullptr) item.text("host", instance.host, {.bytes_min = 1, .bytes_max = 128});
    item.whole("port", instance.port, port_range);
    item.flag("tls", instance.tls);
    item.finish();
    const bool known = std::any_of(out.instances.begin(), out.instances.end(), [&](const auto& one) { return one.id == instance.id; });
    if (known && !instance.id.empty()) item.error(item.at("id"), "id", fmt::format("\"{}\" stands here a second time", instance.id));
    out.instances.push_back(std::move(instance));
  }
}

}  // namespace

void read_external(MapReader& reader, ScenarioContext& context) {
  const Node* node = reader.find("external");
  if (context.elsewhere != nullptr) node = context.elsewhere;
  if (context.scenario.world != WorldKind::external) {
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
  read_external_instances(external, out);
  if (!out.misbehaviour.empty() && out.management.host.empty())
    external.error(external.at(), "management",
                   "missing: the scenario's platform misbehaves from the start, and the console is told so there");
  external.flag("register_devices", out.register_devices);
  if (out.register_devices && out.management.host.empty())
    external.error(external.at("register_devices"), "register_devices",
                   "goes through the management API: describe it in external.management");
  external.finish();
}

}  // namespace fleetsim::sim
