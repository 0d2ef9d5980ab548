#include "sim/live/run_virtual.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "platform-mock/server/country_database.hpp"
#include "platform-mock/server/openssl_hmac.hpp"
#include "platform-mock/store/volatile_store.hpp"
#include "sim/live/run_countries.hpp"
#include "sim/live/seeded_tls.hpp"
#include "sim/virtual/virtual_prober.hpp"
#include "sim/virtual/virtual_world.hpp"
#include "sim/world/address_plan.hpp"
#include "sim/world/fleet_identities_draw.hpp"
#include "sim/world/process_resources.hpp"
#include "sim/world/run_faults.hpp"
#include "sim/world/run_fleet.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/run_runtime.hpp"
#include "sim/world/run_to_end.hpp"

namespace fleetsim::sim {
namespace {

/// Everything a run holds, in the order in which it is built up; it goes down the other way round.
struct VirtualRun {
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  platform::OpensslHmac hmac;
  std::unique_ptr<platform::CountryLookup> countries;
  std::vector<AddressPlanner> addresses;  // of the groups
  Roster roster;
  std::unique_ptr<platform::DurableState> store;  // when the platform is to crash
  std::unique_ptr<SimulatedTls> tls;              // when it is carried out
  std::unique_ptr<VirtualWorld> world;
  std::unique_ptr<RunPlatform> platform;
  std::unique_ptr<RunRuntime> runtime;
  std::unique_ptr<FaultSet> faults;
  std::unique_ptr<RunFleet> fleet;
  std::uint64_t resident_before = 0;

  ~VirtualRun() {
    if (fleet) fleet->stop();
    if (platform) platform->stop();
  }
};

std::optional<RunError> open_countries(const Scenario& scenario, VirtualRun& run) {
  if (scenario.platform.geo.database.empty()) return std::nullopt;
  auto database = platform::CountryDatabase::open(scenario.platform.geo.database);
  if (!database) return RunError{database.error().what, database.error().hint};
  run.countries = std::move(*database);
  return std::nullopt;
}

std::optional<RunError> what_is_not_virtual(const Scenario& scenario) {
  for (const FleetGroup& group : scenario.groups) {
    if (group.transport == Transport::paho)
      return RunError{"group " + group.name + ": transport paho opens sockets of its own", "run this scenario with --world sockets"};
  }
  return std::nullopt;
}

RunError lost_store(const std::string& problem) { return {"the platform's store: " + problem, "give the run more memory"}; }

/// On sockets devices sign with mbedTLS, as their firmware does. Here two million signatures are a tenth of the run, and OpenSSL has the
/// processor's own instructions for them.
HmacPort fast_hmac() {
  static constexpr auto compute = [](void*, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) -> std::size_t {
    thread_local platform::OpensslHmac hmac;
    const HmacPort port = hmac.port();
    return port.compute(port.context, method, key, content, mac);
  };
  return {compute, nullptr};
}

/// The countries only when routes ask for them: a byte for each device.
FleetPlaces places_of(const Scenario& scenario, const VirtualRun& run) {
  FleetPlaces places;
  for (const FleetGroup& group : scenario.groups) places.groups.push_back(group.name);
  for (const NetworkRoute& route : scenario.network.routes)
    for (const std::string& country : route.countries)
      if (std::find(places.countries.begin(), places.countries.end(), country) == places.countries.end())
        places.countries.push_back(country);
  if (places.countries.empty()) return places;
  for (const RosterEntry& device : run.roster.devices) {
    const auto found = std::find(places.countries.begin(), places.countries.end(),
                                 run.addresses[device.group].country_of(fleet_index(device.group, device.index)));
    places.country_of.push_back(found == places.countries.end() ? FleetPlaces::no_country
                                                                : static_cast<std::uint8_t>(found - places.countries.begin()));
  }
  return places;
}

VirtualWorld::Settings settings_of(const Scenario& scenario, const RunOptions& options, const VirtualRun& run) {
  VirtualWorld::Settings settings;
  settings.network = scenario.network;
  settings.places = places_of(scenario, run);
  settings.seed = scenario.seed;
  settings.shards = VirtualWorld::shards_for(run.roster.devices.size());
  settings.threads = scenario.threads > 0 ? scenario.threads : std::max(1U, std::thread::hardware_concurrency());
  settings.spent = [began = run.began] { return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began); };
  settings.stop = options.stop;
  settings.foreign = options.foreign;
  return settings;
}

std::optional<RunError> set_up_tls(const Scenario& scenario, const platform::PlatformConfig& config, VirtualRun& run) {
  const std::vector<VirtualEndpoint>& all = run.world->endpoints().all();
  const bool any = std::any_of(all.begin(), all.end(), [](const VirtualEndpoint& endpoint) { return endpoint.tls; });
  if (scenario.network.tls == NetworkTls::modelled || !any) return std::nullopt;
  auto tls = make_seeded_tls({.config = config.tls,
                              .names = run.world->endpoints().names().certificate_names(),
                              .wanted = tls_libraries_of(scenario),
                              .seed = scenario.seed,
                              .shards = VirtualWorld::shards_for(run.roster.devices.size()),
                              .unix_seconds = VirtualPlatform::unix_epoch_ms / 1000});
  if (!tls) return RunError{"TLS cannot be set up: " + tls.error(), "run this scenario with network: {tls: modelled}"};
  run.tls = std::move(*tls);
  run.world->use_tls(*run.tls);
  return std::nullopt;
}

std::optional<RunError> set_up(const Scenario& scenario, const RunOptions& options, VirtualRun& run) {
  EventStream* const events = options.events != nullptr && options.events->wants_both_sides() ? options.events : nullptr;
  if (auto error = what_is_not_virtual(scenario)) return error;
  if (auto error = open_countries(scenario, run)) return error;
  auto addresses = plan_addresses(scenario);
  if (!addresses) return addresses.error();
  run.addresses = std::move(*addresses);
  auto roster = make_roster(scenario, run.addresses);
  if (!roster) return roster.error();
  run.roster = std::move(*roster);
  if (crashes_platform(scenario)) {
    auto store = platform::make_volatile_store(scenario.seed);
    if (!store) return RunError{store.error().what, store.error().hint};
    run.store = std::move(*store);
  }
  auto platform = RunPlatform::start(
      scenario, run.roster, events,
      [&](platform::PlatformConfig config, RunPlatform::EventSink on_event) -> Result<std::unique_ptr<platform::PlatformHost>, RunError> {
        run.world = std::make_unique<VirtualWorld>(settings_of(scenario, options, run), run.roster, config, options.taps);
        if (const std::string& problem = run.world->endpoints().problem(); !problem.empty())
          return fail(RunError{problem, "check the platform's listeners"});
        if (auto error = set_up_tls(scenario, config, run)) return fail(std::move(*error));
        const platform::Ports ports{
            .hmac = run.hmac.port(), .digest = run.hmac.digest_port(), .countries = run.countries.get(), .seed = scenario.seed};
        auto host = run.world->make_platform(std::move(config), ports, std::move(on_event), run.store.get());
        if (const std::string& problem = run.world->platform().problem(); !problem.empty()) return fail(lost_store(problem));
        return host;
      });
  if (!platform) return platform.error();
  run.platform = std::move(*platform);
  auto runtime = make_runtime(scenario, run.platform.get(), events, [](const std::string&) { return std::nullopt; });
  if (!runtime) return runtime.error();
  run.runtime = std::move(*runtime);
  for (device::DeviceConfig& config : run.runtime->group_configs) config.hmac = fast_hmac();
  run.runtime->tls_is_modelled = scenario.network.tls == NetworkTls::modelled;
  run.runtime->unix_epoch_ms = VirtualPlatform::unix_epoch_ms;
  run.faults = make_fault_set(scenario, *run.runtime, options);
  run.runtime->faults = run.faults.get();
  run.resident_before = resident_bytes();
  auto fleet = RunFleet::make(scenario, run.roster, VirtualWorld::shards_for(run.roster.devices.size()),
                              [&](const Shard::Options& shard) -> Result<std::unique_ptr<Shard>, std::string> {
                                return run.world->make_shard(shard, *run.runtime);
                              });
  if (!fleet) return fleet.error();
  run.fleet = std::move(*fleet);
  run.fleet->start();
  return std::nullopt;
}

}  // namespace

Result<RunResult, RunError> run_virtual(const Scenario& scenario, const RunOptions& options) {
  VirtualRun run;
  if (auto error = set_up(scenario, options, run)) return fail(std::move(*error));
  const std::unique_ptr<Prober> prober = make_virtual_prober(run.roster, *run.runtime, *run.world);
  const ConnectionCensus census = [&](const std::vector<platform::Endpoint>&) { return std::optional{run.world->platform().census()}; };
  RunResult result = run_to_end({.scenario = scenario,
                                 .options = options,
                                 .roster = run.roster,
                                 .runtime = *run.runtime,
                                 .fleet = *run.fleet,
                                 .clock = *run.world,
                                 .prober = *prober,
                                 .census = census,
                                 .platform = run.platform.get(),
                                 .managed = nullptr,
                                 .faults = run.faults.get(),
                                 .resident_before = run.resident_before});
  if (const std::string& problem = run.world->platform().problem(); !problem.empty()) return fail(lost_store(problem));
  result.host_seconds = std::chrono::duration<double>(run.world->spent()).count();
  result.trace_hash = run.world->trace_hash();
  return result;
}

}  // namespace fleetsim::sim
