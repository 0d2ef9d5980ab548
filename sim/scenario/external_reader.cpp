// `external:` of a scenario: the endpoint of world external, a platform or an ordinary MQTT broker.
#include <fmt/format.h>

#include "sim/config/platform_reader.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {

void read_external(MapReader& reader, ScenarioContext& context) {
  const Node* node = reader.find("external");
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
  const WholeRange port{.min = 1, .max = 65535};
  if (external.require("host") != nullptr) external.text("host", out.host, {.bytes_min = 1, .bytes_max = 128});
  external.whole("port", out.port, port);
  external.flag("tls", out.mqtt_tls);
  if (external.text("ca_file", out.ca_file, {.bytes_min = 0, .bytes_max = 4096})) out.ca_file = path_from(context.folder, out.ca_file);
  if (const Node* leg = external.find("bootstrap")) {
    MapReader bootstrap{*leg, "external.bootstrap", context.diagnostics};
    if (bootstrap.require("host") != nullptr) bootstrap.text("host", out.bootstrap_host, {.bytes_min = 1, .bytes_max = 128});
    bootstrap.whole("port", out.bootstrap_port, port);
    bootstrap.finish();
  }
  external.finish();
}

}  // namespace fleetsim::sim
