#include "sim/world/run_platform.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "platform-mock/core/console/device_list_csv.hpp"
#include "platform-mock/core/files/file_server.hpp"
#include "sim/scenario/upgrades.hpp"

namespace fleetsim::sim {
namespace {

using platform::JobIndex;
using platform::Output;
using platform::Platform;

constexpr std::chrono::milliseconds drain_time{500};
constexpr std::uint64_t product_secret_index = ~std::uint64_t{0};  // no device has it

std::string_view reason_of(platform::Registry::AddError error) {
  using AddError = platform::Registry::AddError;
  switch (error) {
    case AddError::unknown_product:
      return "its product is unknown";
    case AddError::device_exists:
      return "a device of that name exists";
    case AddError::bad_name:
      return "the platform does not take that name";
    case AddError::product_exists:
      return "the product exists";
    case AddError::unknown_instance:
      return "its instance is unknown";
    case AddError::unknown_account:
      return "its owner is unknown";
  }
  return "";
}

/// What "Choose File" uploads.
std::string device_list_of(const std::vector<platform::DeviceName>& devices) {
  std::string csv = std::string(platform::device_list_header) + "\r\n";
  for (const platform::DeviceName& device : devices) csv.append(device.view()).append("\r\n");
  return csv;
}

/// A product that only the fleet names belongs to the first account and lives at the first instance.
void add_missing_products(platform::PlatformConfig& config, const Roster& roster) {
  for (std::size_t i = 0; i < roster.devices.size(); ++i) {
    const std::string_view key = roster.product_key(i);
    const auto known =
        std::find_if(config.products.begin(), config.products.end(), [&](const auto& product) { return product.key.view() == key; });
    if (known != config.products.end() || config.accounts.empty() || config.instances.empty()) continue;
    platform::ProductConfig product;
    product.key = platform::ProductKey{key};
    product.name = std::string(key);
    product.owner = config.accounts.front().id;
    product.instance = config.instances.front().id;
    config.products.push_back(std::move(product));
  }
}

}  // namespace

RunPlatform::RunPlatform(const Scenario& scenario, const Roster& roster, EventStream* events)
    : scenario_(scenario), roster_(roster), config_(scenario.platform), ledger_(roster, scenario, events) {
  add_missing_products(config_, roster);
  for (platform::ProductConfig& product : config_.products) {
    const bool registers = std::any_of(scenario.groups.begin(), scenario.groups.end(), [&](const FleetGroup& group) {
      return group.registration != Registration::none && group.product == product.key.view();
    });
    if (registers && product.secret.empty()) product.secret = derived_secret(scenario.seed, product_secret_index);
  }
  // Images are fetched from the platform's own file server.
  if (may_upgrade(scenario) && !config_.management) config_.management.emplace();
}

RunPlatform::~RunPlatform() { stop(); }

Result<std::unique_ptr<RunPlatform>, RunError> RunPlatform::start(const Scenario& scenario, const Roster& roster, EventStream* events,
                                                                  const HostMaker& make_host) {
  std::unique_ptr<RunPlatform> live(new RunPlatform(scenario, roster, events));
  auto host = make_host(live->config_,
                        [ledger = &live->ledger_](const platform::PlatformEvent& event, Instant now) { ledger->on_event(event, now); });
  if (!host) return fail(host.error());
  live->host_ = std::move(*host);
  live->host_->call([&](Platform& platform, Output&, Instant) { live->prepare(platform); });
  if (auto error = live->register_devices(scenario)) return fail(std::move(*error));
  return live;
}

void RunPlatform::prepare(Platform& platform) {
  platform.files().add(std::string(FirmwareImages::folder), images_);
  prepare_products(platform.registry());
}

/// What the fleet's groups need of their products: gateways may have a topology, devices without a secret may fetch one.
void RunPlatform::prepare_products(platform::Registry& registry) const {
  for (const FleetGroup& group : scenario_.groups) {
    if (const auto product = registry.find_product(group.product); product && group.registration != Registration::none)
      registry.product_data(*product).dynamic_registration = platform::DynamicRegistration::on;
    if (group.behind.empty()) continue;
    const auto gateways =
        std::find_if(scenario_.groups.begin(), scenario_.groups.end(), [&](const auto& g) { return g.name == group.behind; });
    if (gateways == scenario_.groups.end()) continue;
    if (const auto product = registry.find_product(gateways->product))
      registry.product_data(*product).node_type = platform::NodeType::gateway;
  }
}

/// Those that register themselves without being known are left to do so.
std::optional<RunError> RunPlatform::register_devices(const Scenario& scenario) {
  std::optional<RunError> error;
  indexes_.resize(roster_.devices.size());
  host_->call([&](Platform& platform, Output&, Instant) {
    platform::Registry& registry = platform.registry();
    registry.reserve_devices(registry.device_count() + roster_.devices.size());
    for (std::size_t i = 0; i < roster_.devices.size() && !error; ++i) {
      if (scenario.groups[roster_.devices[i].group].registration == Registration::mqtt_nwl) continue;
      const std::string_view product_key = roster_.product_key(i);
      const std::string device_name = roster_.device_name(i);
      const auto refused = registry.add_device(product_key, device_name, roster_.registered_secret(i));
      // What the platform's own configuration lists counts: with another secret the device is refused when it comes, and named.
      if (refused && *refused != platform::Registry::AddError::device_exists) {
        error = RunError{fmt::format("cannot register {}/{}: {}", product_key, device_name, reason_of(*refused)),
                         "check product, device_prefix or the devices file"};
        return;
      }
      indexes_[i] = registry.find_device(product_key, device_name);
      if (indexes_[i]) ledger_.is_registered_as(i, indexes_[i]->value);
    }
  });
  return error;
}

std::optional<platform::DeviceIndex> RunPlatform::index_of(const platform::Registry& registry, std::size_t device) {
  std::optional<platform::DeviceIndex>& known = indexes_[device];
  if (!known || registry.device(*known).removed) known = registry.find_device(roster_.product_key(device), roster_.device_name(device));
  return known;
}

std::vector<std::string> RunPlatform::secrets_of(const std::vector<std::size_t>& devices, const std::vector<std::string>&) {
  std::vector<std::string> secrets;
  secrets.reserve(devices.size());
  host_->call([&](Platform& platform, Output&, Instant) {
    for (const std::size_t device : devices) {
      const auto index = index_of(platform.registry(), device);
      secrets.push_back(index ? platform.registry().device(*index).secret : std::string{});
    }
  });
  return secrets;
}

platform::DistributeRequest RunPlatform::request_for(const GroupRange& group, DeviceRange range, const DistributeStep& step) const {
  const std::string_view key = roster_.product_key(group.first + range.first);
  platform::DistributeRequest request;
  const auto product = std::find_if(config_.products.begin(), config_.products.end(), [&](const auto& p) { return p.key.view() == key; });
  if (product != config_.products.end()) request.account = product->owner;
  request.product = platform::ProductKey{key};
  request.source = platform::InstanceId{step.source};
  request.policy = step.policy;
  for (const std::string& target : step.targets) request.targets.emplace_back(target);
  request.devices.reserve(range.count);
  request.content = step.content;
  if (step.content == platform::JobContent::product_only) return request;
  for (std::uint64_t i = 0; i < range.count; ++i) {
    request.devices.emplace_back(roster_.device_name(group.first + range.first + i));
  }
  return request;
}

/// Who distributes is with whom the devices are; the recipient reads its code and tells it.
void RunPlatform::name_recipient(Platform& platform, platform::DistributeRequest& request, const DistributeStep& step, Instant now) const {
  if (step.target_account.empty()) return;
  const platform::Registry& registry = platform.registry();
  request.method = platform::Method::cross_account;
  auto recipient = registry.find_account(step.target_account);
  if (recipient) {
    request.target_account = platform::AccountId{step.target_account};
  } else {
    recipient = registry.find_account_by_name(step.target_account);
    request.target_account_name = step.target_account;
  }
  const auto distributor = registry.find_account(request.account.view());
  if (!recipient || !distributor) return;  // the platform says what is wrong
  platform::VerificationCodes& codes = platform.distribution().codes();
  codes.send(*distributor, *recipient, now);
  request.verification_code = codes.inbox(*recipient).back().code;
}

RunPlatform::Entry& RunPlatform::entry_at(std::size_t index, const DistributeStep& step) {
  while (entries_.size() <= index) entries_.emplace_back();
  Entry& entry = entries_[index];
  entry.name = step.name;
  entry.policy = platform::name_of(step.policy);
  entry.source = step.source;
  return entry;
}

HandoverOutcome RunPlatform::hand_over(const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry_index) {
  HandoverOutcome outcome;
  Entry& entry = entry_at(entry_index, step);
  const std::size_t first = group.first + range.first;
  const bool moves_devices = step.content == platform::JobContent::devices;
  host_->call([&](Platform& platform, Output& output, Instant now) {
    platform::DistributeRequest request = request_for(group, range, step);
    const platform::Registry& registry = platform.registry();
    // A device that is unknown fails alone, in the name of whose product it is.
    if (const auto index = index_of(registry, first)) request.account = registry.account(registry.device(*index).listed_at().account).id;
    name_recipient(platform, request, step, now);
    if (step.choice == DeviceChoice::file) {
      const platform::Limits& limits = config_.limits;
      auto listed = platform::read_device_list(
          device_list_of(request.devices),
          {.bytes_max = limits.device_list_bytes, .rows_max = std::max<std::size_t>(limits.devices_per_job, step.batch)});
      if (!listed) {
        outcome.refused = fmt::format("line {} of the device list: {}", listed.error().front().line, listed.error().front().message);
        return;
      }
      request.devices = std::move(*listed);
    }
    if (moves_devices) ledger_.asked_to_move(first, range.count);
    const auto created = platform.distribute(request, now, output);
    if (!created) {
      outcome.refused = fmt::format("{}: {}", created.error().code, created.error().message);
      for (std::size_t i = first; moves_devices && i < first + range.count; ++i) ledger_.was_refused(i);
      return;
    }
    ledger_.assign_job(platform.distribution().job(*created).id, entry_index);
    entry.jobs.push_back(*created);
    count_outcomes(platform.distribution().job(*created), first, range.count, outcome);
  });
  return outcome;
}

/// What the job says of each device. One that waits counts as asked: the job comes to it, or a retry does.
void RunPlatform::count_outcomes(const platform::Job& job, std::size_t first, std::size_t count, HandoverOutcome& outcome) {
  for (std::size_t i = 0; i < job.outcomes.size(); ++i) {
    const platform::JobDeviceOutcome& one = job.outcomes[i];
    const bool waits = one.code == platform::outcome_code::waiting;
    const bool taken = waits || one.code == platform::outcome_code::handed_over;
    if (i < count && !taken) ledger_.was_refused(first + i);
    if (waits) {
      ++outcome.waiting;
    } else if (taken) {
      ++outcome.handed_over;
    } else if (outcome.failed++ == 0) {
      outcome.first_failure = fmt::format("{}/{}: {} {}", job.request.product.view(), one.device.view(), one.code, job.message_of(one));
    }
  }
  if (job.state == platform::JobState::failed) outcome.stopped = job_has_failed(job.id, job.failure);
  if (job.stalled) outcome.stopped = job_is_stuck(job.id, outcome.waiting);
}

MoveCount RunPlatform::moves(std::uint16_t group) {
  MoveCount count;
  with_ledger([&](PlatformLedger& ledger) { count = ledger.moves(group); });
  return count;
}

PlacementCensus RunPlatform::census() {
  PlacementCensus census;
  host_->call([&](Platform& platform, Output&, Instant) {
    census.moved = platform.distribution().devices_moved();
    census.commits = platform.distribution().commits();
    census.stranded = platform.distribution().devices_in_handover();
    census.groups.resize(roster_.groups.size());
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      const auto index = index_of(platform.registry(), i);
      if (!index) continue;
      const platform::DeviceRecord& record = platform.registry().device(*index);
      PlacementCensus::OfGroup& group = census.groups[roster_.devices[i].group];
      if (std::holds_alternative<platform::Bound>(record.placement)) {
        group.moved += record.moves > 0 ? 1 : 0;
        continue;
      }
      std::string reason = ledger_.stranded_reason(i);
      ++group.stranded;
      ++group.reasons[reason];
      if (census.stranded_list.size() < failures_listed_max) census.stranded_list.push_back({i, std::move(reason)});
    }
  });
  return census;
}

std::vector<DistributionResult> RunPlatform::distribution() {
  std::vector<DistributionResult> results;
  host_->call([&](Platform& platform, Output&, Instant) {
    const platform::Distribution& distribution = platform.distribution();
    for (const Entry& entry : entries_) {
      DistributionResult result;
      result.job = entry.name;
      result.policy = entry.policy;
      result.source = entry.source;
      for (const JobIndex job : entry.jobs) {
        const platform::Job& done = distribution.job(job);
        result.devices += done.devices.size();
        result.failed += done.next - done.devices.size();
        result.jobs.push_back(distribution.job(job).id);
        for (const auto& [instance, devices] : distribution.committed_by_instance(job)) result.targets[instance] += devices;
        for (const auto& [reason, devices] : distribution.nearest_reasons(job)) result.reasons[reason] += devices;
      }
      if (result.job.empty() && !result.jobs.empty()) result.job = result.jobs.front();
      results.push_back(std::move(result));
    }
  });
  return results;
}

std::vector<CommitSpan> RunPlatform::commit_spans() {
  std::vector<CommitSpan> spans;
  with_ledger([&](PlatformLedger& ledger) {
    for (const auto& [entry, span] : ledger.spans()) spans.push_back(span);
  });
  return spans;
}

void RunPlatform::with_ledger(const std::function<void(PlatformLedger&)>& work) {
  host_->call([&](Platform&, Output&, Instant) { work(ledger_); });
}

std::vector<bool> RunPlatform::all_in_handover() {
  std::vector<bool> result(indexes_.size());
  host_->call([&](Platform& platform, Output&, Instant) {
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      const auto index = index_of(platform.registry(), i);
      result[i] = index && std::holds_alternative<platform::Handover>(platform.registry().device(*index).placement);
    }
  });
  return result;
}

void RunPlatform::stop() {
  if (!host_) return;
  host_->stop(drain_time);
  // The thread has ended: what it left in the ledger is ours now.
  ledger_.flush();
}

}  // namespace fleetsim::sim
