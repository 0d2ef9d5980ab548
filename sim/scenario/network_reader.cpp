// `network:`, the links of world virtual.
#include "sim/config/reader.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr Duration latency_most = std::chrono::minutes{1};

constexpr Choice<NetworkTls> tls_choices_of_network[] = {{"modelled", NetworkTls::modelled}, {"real", NetworkTls::real}};

void read_quantiles(MapReader& reader, LatencyQuantiles& latency) {
  const DurationRange range{.min = latency_least, .max = latency_most};
  reader.duration("min", latency.least, range);
  reader.duration("p50", latency.p50, range);
  reader.duration("p90", latency.p90, range);
  reader.duration("p99", latency.p99, range);
  reader.duration("max", latency.most, range);
  reader.finish();
  const bool rises =
      latency.least <= latency.p50 && latency.p50 <= latency.p90 && latency.p90 <= latency.p99 && latency.p99 <= latency.most;
  if (!rises) reader.error(reader.at(), "", "quantiles of a latency do not fall: min, p50, p90, p99, max");
}

}  // namespace

void read_network(MapReader& reader, Scenario& scenario) {
  const Node* node = reader.find("network");
  if (node == nullptr) return;
  MapReader network{*node, "network", reader.diagnostics()};
  NetworkSettings& settings = scenario.network;
  const Node* latency = network.find("latency");
  if (latency != nullptr && latency->kind == Node::Kind::map) {
    MapReader quantiles{*latency, "network.latency", reader.diagnostics()};
    read_quantiles(quantiles, settings.latency);
  } else if (Duration all{0}; network.duration("latency", all, {.min = latency_least, .max = latency_most})) {
    settings.latency = {all, all, all, all, all};
  }
  network.duration("jitter", settings.jitter, {.min = Duration{0}, .max = latency_most});
  network.size("bandwidth", settings.bytes_per_second, {.min = 1'000, .max = 1'000'000'000'000});
  network.choice("tls", settings.tls, tls_choices_of_network);
  network.finish();
}

}  // namespace fleetsim::sim
