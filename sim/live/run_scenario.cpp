// The façade's one function: set-up, run, result, orderly end.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <thread>

#include "sim/fleet.hpp"
#include "sim/live/controller.hpp"
#include "sim/live/fleet_identities.hpp"
#include "sim/live/live_platform.hpp"
#include "sim/live/managed_platform.hpp"
#include "sim/live/run_countries.hpp"
#include "sim/live/run_fleet.hpp"
#include "sim/live/run_limits.hpp"
#include "sim/live/run_outcome.hpp"
#include "sim/live/run_runtime.hpp"

namespace fleetsim::sim {
namespace {

constexpr Duration orderly_end_max = std::chrono::seconds{5};
constexpr Duration orderly_end_look = std::chrono::milliseconds{10};

/// Everything a run holds, in the order in which it is built up; it goes down the other way round.
struct Assembly {
  std::chrono::steady_clock::time_point epoch = std::chrono::steady_clock::now();
  Roster roster;
  std::unique_ptr<LivePlatform> platform;
  std::unique_ptr<ManagedPlatform> managed;
  std::unique_ptr<LiveRuntime> runtime;
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

void tell_hosts(const RunOptions& options, const LivePlatform& platform, const LiveRuntime& runtime) {
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
    const std::string product{run.roster.devices[range.first].identity.product_key()};
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

std::optional<RunError> set_up(const Scenario& scenario, const RunOptions& options, Assembly& run) {
  if (auto error = check_resources(scenario)) return error;
  auto addresses = plan_addresses(scenario);
  if (!addresses) return addresses.error();
  auto roster = make_roster(scenario, *addresses);
  if (!roster) return roster.error();
  run.roster = std::move(*roster);
  if (scenario.world == WorldKind::sockets) {
    auto platform = LivePlatform::start(scenario, run.roster, run.epoch, options.events);
    if (!platform) return platform.error();
    run.platform = std::move(*platform);
  }
  auto runtime = make_runtime(scenario, run.platform.get(), run.epoch, options.events);
  if (!runtime) return runtime.error();
  run.runtime = std::move(*runtime);
  if (run.platform) tell_hosts(options, *run.platform, *run.runtime);
  if (auto error = open_management(scenario, run)) return error;
  if (scenario.external.register_devices && run.managed) {
    if (auto error = run.managed->register_devices(run.roster, scenario)) return error;
  }
  if (auto error = open_registrations(scenario, run)) return error;
  if (auto error = misbehave_from_the_start(scenario, run)) return error;
  run.resident_before = resident_bytes();
  auto fleet = RunFleet::make(scenario, run.roster, *run.runtime);
  if (!fleet) return fleet.error();
  run.fleet = std::move(*fleet);
  run.fleet->start();
  return std::nullopt;
}

/// Devices say good-bye as they would in the field; a run that was stopped does not wait for that.
void power_all_off(const Scenario& scenario, Controller& controller, RunFleet& fleet) {
  if (controller.ended() == Controller::End::interrupted) return;
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) fleet.power_off(static_cast<GroupIndex>(g), {});
  const Instant deadline = controller.now() + orderly_end_max;
  while (fleet.totals().powered_on > 0 && controller.now() < deadline) std::this_thread::sleep_for(orderly_end_look);
}

}  // namespace

Result<RunResult, RunError> run_scenario(const Scenario& scenario, const RunOptions& options) {
  Assembly run;
  if (auto error = set_up(scenario, options, run)) return fail(std::move(*error));
  const Controller::Parts parts{scenario,           options,           run.roster,         *run.runtime, *run.fleet,
                                run.platform.get(), run.managed.get(), run.resident_before};
  Controller controller(parts);
  controller.run();
  if (run.managed) run.managed->set_pause({});  // it said that the run is over, and there are questions left
  RunResult result = make_result(scenario, controller, parts);
  power_all_off(scenario, controller, *run.fleet);
  return result;
}

}  // namespace fleetsim::sim
