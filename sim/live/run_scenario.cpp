// The façade's one function: set-up, run, result, orderly end.
#include <algorithm>
#include <array>
#include <atomic>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <thread>

#include "platform-mock/store/volatile_store.hpp"
#include "sim/fleet.hpp"
#include "sim/live/host_clock.hpp"
#include "sim/live/host_lookup.hpp"
#include "sim/live/live_shard.hpp"
#include "sim/live/managed_platform.hpp"
#include "sim/live/probe.hpp"
#include "sim/live/run_countries.hpp"
#include "sim/live/run_limits.hpp"
#include "sim/live/run_tcp_census.hpp"
#include "sim/live/run_virtual.hpp"
#include "sim/live/served_platform.hpp"
#include "sim/world/run_faults.hpp"
#include "sim/world/run_fleet.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/run_runtime.hpp"
#include "sim/world/run_to_end.hpp"

namespace fleetsim::sim {
namespace {

/// Everything a run holds, in the order in which it is built up; it goes down the other way round.
struct Assembly {
  std::chrono::steady_clock::time_point epoch = std::chrono::steady_clock::now();
  Roster roster;
  std::unique_ptr<platform::DurableState> store;  // when the platform is to crash
  std::string store_problem;                      // of the platform's thread, until store_is_lost
  std::atomic<bool> store_is_lost = false;
  RunPlatform::EventSink on_platform_event;      // who counts what it tells
  std::atomic<SideTap*> platform_tap = nullptr;  // looked at by the platform's thread
  std::unique_ptr<RunPlatform> platform;
  std::unique_ptr<ManagedPlatform> managed;
  std::unique_ptr<RunRuntime> runtime;
  std::unique_ptr<FaultSet> faults;
  WirePlaces places;  // for those who listen
  std::unique_ptr<RunFleet> fleet;
  std::uint64_t resident_before = 0;

  ~Assembly() {
    if (managed) managed->take_back_rules();
    if (fleet) fleet->stop();
    if (platform) platform->stop();
  }
};

/// Before identities are derived: a fleet that cannot run should not cost minutes to be told so.
std::optional<RunError> check_resources(const Scenario& scenario) {
  DescriptorNeed need;
  for (const FleetGroup& group : scenario.groups) need.devices += (group.count + scenario.shard_count - 1) / scenario.shard_count;
  need.connects_in_flight = std::min<std::uint64_t>(scenario.connects_in_flight, need.devices);
  need.ends = scenario.world == WorldKind::sockets ? 2 : 1;
  return check_descriptors(need);
}

void tell_hosts(const RunOptions& options, const RunPlatform& platform, const RunRuntime& runtime) {
  if (!options.notice || platform.config().names != platform::AdvertisedNames::realistic || runtime.hosts.empty()) return;
  options.notice("the advertised names lead to these addresses (hosts file form):");
  for (const auto& [name, address] : runtime.hosts) {
    std::array<char, IpAddress::text_bytes_max> room{};
    options.notice(fmt::format("{} {}", address.format(room), name));
  }
}

/// World external, when its scenario says where orders go.
std::optional<RunError> open_management(const Scenario& scenario, Assembly& run) {
  const ManagementEndpoint& endpoint = scenario.external.management;
  if (scenario.world != WorldKind::external || endpoint.host.empty()) return std::nullopt;
  const auto known = run.runtime->hosts.find(endpoint.host);
  const auto address = known == run.runtime->hosts.end() ? IpAddress::parse(endpoint.host) : std::optional{known->second};
  if (!address) return RunError{fmt::format("cannot resolve {}", endpoint.host), "check external.management.host"};
  auto managed = ManagedPlatform::make(endpoint, *address, run.runtime->ca_pem, scenario.seed, run.roster);
  if (!managed) return managed.error();
  run.managed = std::move(*managed);
  return std::nullopt;
}

/// World external: the products' secrets are known to the platform alone.
std::optional<RunError> open_registrations(const Scenario& scenario, Assembly& run) {
  if (scenario.world != WorldKind::external) return std::nullopt;
  std::map<std::string, std::string_view> secrets;
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
    const GroupRange& range = run.roster.groups[g];
    if (scenario.groups[g].registration == Registration::none || range.count == 0) continue;
    const std::string product{run.roster.product_key(range.first)};
    if (!run.managed) return RunError{fmt::format("devices of product {} cannot register", product), "describe external.management"};
    auto known = secrets.find(product);
    if (known == secrets.end()) {
      const auto opened = run.managed->open_registration(product);
      if (!opened)
        return RunError{fmt::format("devices of product {} cannot register: {}", product, opened.error()),
                        "check external.management and the group's product"};
      run.runtime->strings.push_back(std::make_unique<std::string>(*opened));
      known = secrets.emplace(product, *run.runtime->strings.back()).first;
    }
    run.runtime->group_configs[g].product_secret = known->second;
  }
  return std::nullopt;
}

/// What the scenario's own platform would have in its configuration.
std::optional<RunError> misbehave_from_the_start(const Scenario& scenario, Assembly& run) {
  for (const platform::MisbehaviourRule& rule : scenario.external.misbehaviour) {
    const std::string error = run.managed ? run.managed->misbehave(rule) : std::string{"external.management is missing"};
    if (!error.empty())
      return RunError{fmt::format("cannot set misbehaviour \"{}\": {}", rule.name.empty() ? rule.kind : rule.name, error),
                      "heal the platform first if it has such a rule already: POST /console/api/misbehaviour/delete"};
  }
  return std::nullopt;
}

std::size_t shard_count(const Scenario& scenario, const Roster& roster) {
  const std::size_t wanted = scenario.threads > 0 ? scenario.threads : std::max(1u, std::thread::hardware_concurrency());
  return std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(1, roster.devices.size()));
}

/// Who listens to devices on sockets. The platform's ends are behind its own sockets: nobody hears those.
ShardTap tap_of(const Shard::Options& shard, const RunOptions& options, Assembly& run) {
  if (options.taps == nullptr) return {};
  if (shard.index == 0 && run.platform) {
    const std::vector<platform::Endpoint>& all = run.platform->host().endpoints();  // the bootstrap endpoint comes first
    for (std::size_t i = 1; i < all.size(); ++i)
      run.places.instances.emplace_back(IpAddress::parse(all[i].address).value_or(IpAddress{}), all[i].port);
  }
  return {.tap = options.taps->device_side(shard.index), .places = options.taps->wants_wire() ? &run.places : nullptr};
}

/// What the platform tells goes to those who listen, too, as soon as they do.
RunPlatform::EventSink told_to_taps(RunPlatform::EventSink sink, Assembly& run) {
  run.on_platform_event = std::move(sink);
  return [&run](const platform::PlatformEvent& event, Instant now) {
    if (SideTap* const tap = run.platform_tap.load(std::memory_order_acquire)) tap->on_platform_event(event, now);
    run.on_platform_event(event, now);
  };
}

std::optional<RunError> set_up(const Scenario& scenario, const RunOptions& options, Assembly& run) {
  if (auto error = check_resources(scenario)) return error;
  auto addresses = plan_addresses(scenario);
  if (!addresses) return addresses.error();
  auto roster = make_roster(scenario, *addresses);
  if (!roster) return roster.error();
  run.roster = std::move(*roster);
  if (scenario.world == WorldKind::sockets) {
    if (crashes_platform(scenario)) {
      auto store = platform::make_volatile_store(scenario.seed);
      if (!store) return RunError{store.error().what, store.error().hint};
      run.store = std::move(*store);
    }
    auto platform = RunPlatform::start(scenario, run.roster, options.events, [&](auto config, auto on_event) {
      return serve_platform(std::move(config), {.seed = scenario.seed,
                                                .epoch = run.epoch,
                                                .on_event = told_to_taps(std::move(on_event), run),
                                                .store = run.store.get(),
                                                .on_store_lost = [&run](const platform::StoreError& problem) {
                                                  run.store_problem = problem.what;
                                                  run.store_is_lost = true;
                                                }});
    });
    if (!platform) return platform.error();
    run.platform = std::move(*platform);
  }
  auto runtime = make_runtime(scenario, run.platform.get(), options.events, look_up_host);
  if (!runtime) return runtime.error();
  run.runtime = std::move(*runtime);
  run.runtime->epoch = run.epoch;
  run.runtime->unix_epoch_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                                   (std::chrono::system_clock::now() - (std::chrono::steady_clock::now() - run.epoch)).time_since_epoch())
                                   .count();
  run.faults = make_fault_set(scenario, *run.runtime, options);
  run.runtime->faults = run.faults.get();
  if (run.platform) tell_hosts(options, *run.platform, *run.runtime);
  if (auto error = open_management(scenario, run)) return error;
  if (scenario.external.register_devices && run.managed) {
    if (auto error = run.managed->register_devices(run.roster, scenario)) return error;
  }
  if (auto error = open_registrations(scenario, run)) return error;
  if (auto error = misbehave_from_the_start(scenario, run)) return error;
  if (options.taps != nullptr) {
    options.taps->begin(*run.runtime, run.roster, shard_count(scenario, run.roster));
    run.platform_tap.store(options.taps->platform_side(), std::memory_order_release);
  }
  run.resident_before = resident_bytes();
  auto fleet = RunFleet::make(scenario, run.roster, shard_count(scenario, run.roster), [&](const Shard::Options& shard) {
    return make_live_shard(shard, *run.runtime, tap_of(shard, options, run));
  });
  if (!fleet) return fleet.error();
  run.fleet = std::move(*fleet);
  run.fleet->start();
  return std::nullopt;
}

/// What the kernel holds: it knows nothing of devices, MQTT or the platform, so it can contradict both.
std::optional<std::vector<std::uint64_t>> kernel_census(const std::vector<platform::Endpoint>& instances) {
  std::vector<TcpEndpoint> endpoints;
  for (const platform::Endpoint& instance : instances) {
    const auto address = IpAddress::parse(instance.address);
    if (!address) return std::nullopt;
    endpoints.push_back({*address, instance.port});
  }
  return count_established(endpoints);
}

}  // namespace

Result<RunResult, RunError> run_scenario(const Scenario& scenario, const RunOptions& options) {
  if (scenario.world == WorldKind::virtual_time) return run_virtual(scenario, options);
  Assembly run;
  if (auto error = set_up(scenario, options, run)) return fail(std::move(*error));
  HostClock clock(run.epoch);
  const std::unique_ptr<Prober> prober = make_socket_prober(run.roster, *run.runtime, run.platform.get());
  const ConnectionCensus census = kernel_census;
  RunResult result = run_to_end({.scenario = scenario,
                                 .options = options,
                                 .roster = run.roster,
                                 .runtime = *run.runtime,
                                 .fleet = *run.fleet,
                                 .clock = clock,
                                 .prober = *prober,
                                 .census = census,
                                 .platform = run.platform.get(),
                                 .managed = run.managed.get(),
                                 .faults = run.faults.get(),
                                 .resident_before = run.resident_before});
  if (run.store_is_lost) return fail(RunError{"the platform's store: " + run.store_problem, "give the run more memory"});
  return result;
}

}  // namespace fleetsim::sim
