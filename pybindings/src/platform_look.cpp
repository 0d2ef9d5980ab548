#include "pybindings/src/platform_look.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "platform-mock/core/misbehaviour/engine.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::python {
namespace {

using platform::DeviceIndex;
using platform::Registry;

double seconds_of_run(Instant at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

std::string id_of(const Registry& registry, platform::InstanceIndex instance) {
  return std::string(registry.instance(instance).config.id.view());
}
std::string id_of(const Registry& registry, platform::AccountIndex account) { return std::string(registry.account(account).id.view()); }

std::string name_in(const Registry& registry, const platform::DeviceRecord& record) {
  return std::string(registry.product(record.product).config.key.view()) + "/" + record.name;
}

std::string_view step_name(platform::HandoverStep step) {
  switch (step) {
    case platform::HandoverStep::handed_over:
      return "handed_over";
    case platform::HandoverStep::notified:
      return "notified";
    case platform::HandoverStep::replied:
      return "replied";
  }
  return {};
}

/// As the management API says it.
std::string_view status_of(const SeenDevice& device) {
  if (!device.is_enabled) return "DISABLE";
  if (!device.is_activated) return "UNACTIVE";
  return device.is_online ? "ONLINE" : "OFFLINE";
}

/// Every device of a job is in one of these.
std::map<std::string, std::uint64_t> states_of(const Registry& registry, const platform::Job& job, platform::JobIndex index) {
  std::map<std::string, std::uint64_t> states{{"waiting", 0}, {"failed", 0}, {"handed_over", 0}, {"notified", 0},
                                              {"replied", 0}, {"moved", 0},  {"taken_over", 0}};
  for (const platform::JobDeviceOutcome& outcome : job.outcomes) {
    if (outcome.code == platform::outcome_code::waiting) ++states["waiting"];
    if (outcome.code != platform::outcome_code::waiting && outcome.code != platform::outcome_code::handed_over) ++states["failed"];
  }
  std::uint64_t rest = job.devices.size();
  for (const DeviceIndex device : job.devices) {
    const platform::DeviceRecord& record = registry.device(device);
    const auto* const handover = std::get_if<platform::Handover>(&record.placement);
    if (record.removed || handover == nullptr || handover->job != index) continue;
    ++states[std::string(step_name(record.handover_step))];
    --rest;
  }
  std::uint64_t moved = 0;
  for (const std::uint64_t committed : job.committed) moved += committed;
  states["moved"] = std::min(moved, rest);
  states["taken_over"] = rest - states["moved"];
  return states;
}

}  // namespace

std::vector<SeenAccount> look_at_accounts(const Registry& registry) {
  std::vector<SeenAccount> all;
  for (std::size_t i = 0; i < registry.account_count(); ++i) {
    const platform::AccountConfig& account = registry.account(platform::AccountIndex{static_cast<std::uint16_t>(i)});
    SeenAccount& made = all.emplace_back(SeenAccount{std::string(account.id.view()), account.name, {}});
    for (const platform::AccessKey& key : account.access_keys) made.access_keys.push_back(key.id);
  }
  return all;
}

std::vector<SeenInstance> look_at_instances(const Registry& registry, const std::vector<platform::Endpoint>& endpoints) {
  std::vector<SeenInstance> all;
  for (std::size_t i = 0; i < registry.instance_count(); ++i) {
    const platform::Instance& instance = registry.instance(platform::InstanceIndex{static_cast<std::uint16_t>(i)});
    SeenInstance made;
    made.id = instance.config.id.view();
    made.region = instance.config.region.view();
    made.owner = instance.config.owner.view();
    for (const platform::Endpoint& endpoint : endpoints) {
      if (endpoint.name != made.id) continue;
      made.host = endpoint.advertised_host;
      made.port = endpoint.port;
      made.tls = endpoint.tls;
      made.address = endpoint.address;
    }
    all.push_back(std::move(made));
  }
  return all;
}

std::vector<SeenProduct> look_at_products(const Registry& registry) {
  std::vector<SeenProduct> all;
  for (std::uint32_t i = 0; i < registry.product_count(); ++i) {
    const platform::ProductIndex index{static_cast<decltype(platform::ProductIndex::value)>(i)};
    const platform::ProductRecord& product = registry.product(index);
    if (product.removed) continue;
    SeenProduct made;
    made.key = product.config.key.view();
    made.name = product.config.name;
    made.owner = id_of(registry, product.owner);
    made.is_gateway = product.data.node_type == platform::NodeType::gateway;
    for (const platform::ProductCopy& copy : product.copies) made.instances.push_back(id_of(registry, copy.at.instance));
    made.devices = registry.devices_of(index).size();
    all.push_back(std::move(made));
  }
  return all;
}

std::vector<std::string> names_of_devices(const Registry& registry) {
  std::vector<std::string> names;
  names.reserve(registry.device_count());
  for (std::uint32_t i = 0; i < registry.device_count(); ++i) {
    const platform::DeviceRecord& record = registry.device(DeviceIndex{i});
    if (!record.removed) names.push_back(name_in(registry, record));
  }
  return names;
}

std::uint64_t count_devices(const Registry& registry) {
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < registry.device_count(); ++i) count += registry.device(DeviceIndex{i}).removed ? 0U : 1U;
  return count;
}

std::optional<DeviceIndex> device_named(const Registry& registry, std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return registry.find_device(name.substr(0, slash), name.substr(slash + 1));
}

SeenDevice look_at_device(platform::Platform& platform, DeviceIndex index) {
  const Registry& registry = platform.registry();
  const platform::DeviceRecord& record = registry.device(index);
  SeenDevice made;
  made.name = name_in(registry, record);
  made.account = id_of(registry, record.account);
  made.instance = id_of(registry, record.resides_at().instance);
  made.listed_at = id_of(registry, record.listed_at().instance);
  if (const auto* const handover = std::get_if<platform::Handover>(&record.placement)) {
    made.job = platform.distribution().job(handover->job).id;
    made.handover_step = step_name(record.handover_step);
  }
  made.is_enabled = record.enabled;
  made.is_activated = record.activated;
  made.is_online = platform.devices().is_online(index);
  made.status = status_of(made);
  made.moves = record.moves;
  made.created = seconds_of_run(record.created);
  return made;
}

std::vector<SeenJob> look_at_jobs(platform::Platform& platform) {
  const Registry& registry = platform.registry();
  const platform::Distribution& distribution = platform.distribution();
  std::vector<SeenJob> all;
  for (std::uint32_t i = 0; i < distribution.job_count(); ++i) {
    const platform::JobIndex index{i};
    const platform::Job& job = distribution.job(index);
    if (job.deleted) continue;
    SeenJob made;
    made.id = job.id;
    made.state = platform::name_of(job.state);
    made.policy = platform::name_of(job.request.policy);
    made.account = id_of(registry, job.source_account);
    made.product = registry.product(job.product).config.key.view();
    made.source = id_of(registry, job.source);
    for (const platform::InstanceIndex target : job.targets) made.targets.push_back(id_of(registry, target));
    made.devices = states_of(registry, job, index);
    made.moved = distribution.committed_by_instance(index);
    made.failure = job.failure;
    made.created = seconds_of_run(job.created);
    all.push_back(std::move(made));
  }
  return all;
}

std::vector<SeenRule> look_at_rules(platform::Platform& platform, Instant now) {
  std::vector<SeenRule> all;
  for (const platform::misbehaviour::RuleView& view : platform.misbehaviour().rules(now))
    all.push_back({view.rule.name, view.rule.kind, view.calls, view.fired, view.over});
  return all;
}

std::map<std::string, std::uint64_t> look_at_statistics(const platform::Platform& platform) {
  const platform::Platform::Statistics now = platform.statistics();
  const platform::Distribution& distribution = platform.distribution();
  return {{"connections_open", now.connections_open},
          {"sessions_online", now.sessions_online},
          {"connects_accepted", now.connects_accepted},
          {"connects_refused", now.connects_refused},
          {"publishes_received", now.publishes_received},
          {"publishes_dropped", now.publishes_dropped},
          {"bootstraps_answered", now.bootstraps_answered},
          {"bootstraps_refused", now.bootstraps_refused},
          {"notifies_sent", now.notifies_sent},
          {"notify_replies", now.notify_replies},
          {"commits", now.commits},
          {"misbehaviours", now.misbehaviours},
          {"devices_in_handover", distribution.devices_in_handover()},
          {"devices_moved", distribution.devices_moved()},
          {"jobs", distribution.job_count()}};
}

}  // namespace fleetsim::python
