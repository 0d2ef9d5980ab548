#include "sim/conformance/duts/bench_scenario.hpp"

#include <fmt/format.h>
#include <utility>

#include "sim/config/diagnostics.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view bench_scenario_text = R"(
schema_version: 1
name: conformance
world: {world}
duration_max: 240h
{network}
platform:
  schema_version: 1
  name: exam
  names: {names}
  regions: [cn-shanghai, ap-southeast-1, eu-central-1]
  bootstrap: {{address: 127.0.0.1, port: {bootstrap_port}}}
  instances:
    - {{id: iotx-oxssharez200, region: cn-shanghai, mqtt: {{address: 127.0.2.1, port: {mqtt_port}}}}}
    - {{id: iotx-oxssharez400, region: ap-southeast-1, mqtt: {{address: 127.0.3.1, port: {mqtt_port}}}}}
    - {{id: iotx-oxssharez700, region: eu-central-1, mqtt: {{address: 127.0.4.1, port: {mqtt_port}}}}}
  products: [{{key: a1TestPK001, instance: iotx-oxssharez200}}]
  limits: unlimited{file_server}
groups:
  dut: {{product: a1TestPK001, devices: {{count: 1, prefix: {prefix}}}{device}}})";
constexpr std::string_view with_file_server = "\n  management: {address: 127.0.0.1}";

}  // namespace

Result<Scenario, std::string> bench_scenario(const BenchScenario& wanted) {
  const std::string text =
      fmt::format(bench_scenario_text, fmt::arg("world", wanted.world), fmt::arg("network", wanted.network),
                  fmt::arg("names", wanted.names), fmt::arg("bootstrap_port", wanted.bootstrap_port),
                  fmt::arg("mqtt_port", wanted.mqtt_port), fmt::arg("file_server", wanted.has_file_server ? with_file_server : ""),
                  fmt::arg("prefix", wanted.prefix), fmt::arg("device", wanted.device));
  Diagnostics diagnostics;
  auto scenario = read_scenario(text, "conformance", {}, diagnostics);
  if (!scenario) return fail("the exam's own scenario is broken: " + diagnostics.text());
  return std::move(*scenario);
}

}  // namespace fleetsim::sim
