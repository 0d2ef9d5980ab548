// `network:`, the links of world virtual.
#include <algorithm>
#include <fmt/format.h>

#include "sim/config/reader.hpp"
#include "sim/config/suggest.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr Duration latency_most = std::chrono::minutes{1};

constexpr Choice<NetworkTls> tls_choices_of_network[] = {{"modelled", NetworkTls::modelled}, {"real", NetworkTls::real}};
enum class RouteLeg : std::uint8_t { both, bootstrap, mqtt };
constexpr Choice<RouteLeg> route_legs[] = {{"both", RouteLeg::both}, {"bootstrap", RouteLeg::bootstrap}, {"mqtt", RouteLeg::mqtt}};

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

void read_line(MapReader& reader, LineSettings& line) {
  const Node* latency = reader.find("latency");
  if (latency != nullptr && latency->kind == Node::Kind::map) {
    MapReader quantiles{*latency, reader.path_of("latency"), reader.diagnostics()};
    read_quantiles(quantiles, line.latency);
  } else if (Duration all{0}; reader.duration("latency", all, {.min = latency_least, .max = latency_most})) {
    line.latency = {all, all, all, all, all};
  }
  reader.duration("jitter", line.jitter, {.min = Duration{0}, .max = latency_most});
  reader.size("bandwidth", line.bytes_per_second, {.min = 1'000, .max = 1'000'000'000'000});
}

/// One entry of `network.routes`.
class RouteReader {
 public:
  RouteReader(MapReader& reader, const ScenarioContext& context) : reader_(reader), context_(context) {}

  NetworkRoute read(const LineSettings& of_all) {
    NetworkRoute route;
    route.line = of_all;
    read_group_names(reader_, context_, route.groups);
    if (reader_.texts("countries", route.countries)) check_countries(route.countries);
    if (reader_.texts("regions", route.regions)) check_regions(route.regions);
    if (RouteLeg leg = RouteLeg::both; reader_.choice("leg", leg, route_legs) && leg != RouteLeg::both)
      route.leg = leg == RouteLeg::mqtt ? device::Leg::mqtt : device::Leg::bootstrap;
    if (route.leg == device::Leg::bootstrap && !route.regions.empty())
      reader_.error(reader_.at("regions"), "regions", "a bootstrap link leads to no region: leave one of leg and regions out");
    read_line(reader_, route.line);
    if (!reader_.has("latency") && !reader_.has("jitter") && !reader_.has("bandwidth"))
      reader_.error(reader_.at(), "", "expected what is different here: latency, jitter or bandwidth");
    reader_.finish();
    return route;
  }

 private:
  void check_regions(const std::vector<std::string>& regions) {
    if (context_.platform == nullptr) return;
    std::vector<std::string_view> known;
    for (const auto& region : context_.platform->regions) known.push_back(region.id.view());
    check(regions, "regions", "region", known);
  }

  void check_countries(const std::vector<std::string>& countries) {
    std::vector<std::string_view> known;
    for (const FleetGroup& group : context_.scenario.groups)
      for (const auto& [country, weight] : group.addresses.countries) known.push_back(country);
    if (known.empty())
      return reader_.error(reader_.at("countries"), "countries", "no group has addresses of countries: see addresses of a group");
    check(countries, "countries", "country", known);
  }

  void check(const std::vector<std::string>& named, std::string_view key, std::string_view what,
             const std::vector<std::string_view>& known) {
    for (const std::string& one : named)
      if (std::find(known.begin(), known.end(), one) == known.end()) reader_.error(reader_.at(key), key, no_such_word(what, one, known));
  }

  MapReader& reader_;
  const ScenarioContext& context_;
};

void read_routes(MapReader& network, const ScenarioContext& context, NetworkSettings& settings) {
  const Node* const routes = network.find("routes");
  if (routes == nullptr) return;
  if (routes->kind != Node::Kind::sequence || routes->children.size() > NetworkSettings::routes_max)
    return network.error(routes->at, "routes",
                         fmt::format("expected a list of at most {} routes, found {}", NetworkSettings::routes_max, show(*routes)));
  for (std::size_t i = 0; i < routes->children.size(); ++i) {
    MapReader reader{routes->children[i], fmt::format("network.routes[{}]", i), network.diagnostics()};
    settings.routes.push_back(RouteReader(reader, context).read(settings));
  }
}

}  // namespace

void read_network(MapReader& reader, ScenarioContext& context) {
  const Node* node = reader.find("network");
  if (node == nullptr) return;
  MapReader network{*node, "network", reader.diagnostics()};
  NetworkSettings& settings = context.scenario.network;
  read_line(network, settings);
  read_routes(network, context, settings);
  network.choice("tls", settings.tls, tls_choices_of_network);
  network.finish();
}

}  // namespace fleetsim::sim
