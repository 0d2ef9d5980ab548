#include "sim/live/live_platform.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "platform-mock/core/misbehaviour/engine.hpp"

namespace fleetsim::sim {
namespace {

using platform::JobIndex;
using platform::Output;
using platform::Platform;

constexpr std::chrono::milliseconds drain_time{500};

std::string_view reason_of(platform::Registry::AddError error) {
  using AddError = platform::Registry::AddError;
  switch (error) {
    case AddError::unknown_product:
      return "its product is unknown";
    case AddError::device_exists:
      return "a device of that name with another secret exists";
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

/// A product that only the fleet names belongs to the first account and lives at the first instance.
void add_missing_products(platform::PlatformConfig& config, const Roster& roster) {
  for (const DeviceSpec& device : roster.devices) {
    const std::string_view key = device.identity.product_key();
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

LivePlatform::LivePlatform(const Scenario& scenario, const Roster& roster, EventStream* events)
    : roster_(roster), config_(scenario.platform), ledger_(roster, scenario, events), asked_(roster.devices.size(), Asked::never) {
  add_missing_products(config_, roster);
}

LivePlatform::~LivePlatform() { stop(); }

Result<std::unique_ptr<LivePlatform>, RunError> LivePlatform::start(const Scenario& scenario, const Roster& roster,
                                                                    std::chrono::steady_clock::time_point epoch, EventStream* events) {
  std::unique_ptr<LivePlatform> live(new LivePlatform(scenario, roster, events));
  platform::ServerOptions options;
  options.seed = scenario.seed;
  options.epoch = epoch;
  options.on_event = [ledger = &live->ledger_](const platform::PlatformEvent& event, Instant now) { ledger->on_event(event, now); };
  auto server = platform::PlatformServer::start(live->config_, std::move(options));
  if (!server) return fail(RunError{server.error().what, server.error().hint});
  live->server_ = std::move(*server);
  if (auto error = live->register_devices()) return fail(std::move(*error));
  return live;
}

std::optional<RunError> LivePlatform::register_devices() {
  std::optional<RunError> error;
  server_->call([&](Platform& platform, Output&, Instant) {
    platform::Registry& registry = platform.registry();
    registry.reserve_devices(registry.device_count() + roster_.devices.size());
    for (std::size_t i = 0; i < roster_.devices.size() && !error; ++i) {
      const device::Identity& identity = roster_.devices[i].identity;
      const std::string_view secret = roster_.registered_secret(i);
      const auto refused = registry.add_device(identity.product_key(), identity.device_name(), secret);
      const auto index = registry.find_device(identity.product_key(), identity.device_name());
      // A device that the platform's own configuration lists with the same secret is the same device.
      const bool same = index && registry.device(*index).secret == secret;
      if (refused && !(*refused == platform::Registry::AddError::device_exists && same)) {
        error = RunError{fmt::format("cannot register {}/{}: {}", identity.product_key(), identity.device_name(), reason_of(*refused)),
                         "check product, device_prefix and first_index of the fleet's groups"};
        return;
      }
      indexes_.push_back(*index);
    }
  });
  return error;
}

platform::DistributeRequest LivePlatform::request_for(const GroupRange& group, DeviceRange range, const DistributeStep& step) const {
  const std::string_view key = roster_.devices[group.first + range.first].identity.product_key();
  platform::DistributeRequest request;
  const auto product = std::find_if(config_.products.begin(), config_.products.end(), [&](const auto& p) { return p.key.view() == key; });
  if (product != config_.products.end()) request.account = product->owner;
  request.product = platform::ProductKey{key};
  request.source = platform::InstanceId{step.source};
  request.policy = step.policy;
  for (const std::string& target : step.targets) request.targets.emplace_back(target);
  request.devices.reserve(range.count);
  for (std::uint64_t i = 0; i < range.count; ++i) {
    request.devices.emplace_back(roster_.devices[group.first + range.first + i].identity.device_name());
  }
  return request;
}

LivePlatform::Entry& LivePlatform::entry_at(std::size_t index, const DistributeStep& step) {
  while (entries_.size() <= index) entries_.emplace_back();
  Entry& entry = entries_[index];
  entry.name = step.name;
  entry.policy = platform::name_of(step.policy);
  entry.source = step.source;
  return entry;
}

HandoverOutcome LivePlatform::hand_over(const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry_index) {
  HandoverOutcome outcome;
  Entry& entry = entry_at(entry_index, step);
  const platform::DistributeRequest request = request_for(group, range, step);
  server_->call([&](Platform& platform, Output& output, Instant now) {
    const auto created = platform.distribute(request, now, output);
    const std::size_t first = group.first + range.first;
    if (!created) {
      outcome.refused = fmt::format("{}: {}", created.error().code, created.error().message);
      std::fill_n(asked_.begin() + static_cast<std::ptrdiff_t>(first), range.count, Asked::refused);
      return;
    }
    const platform::Job& job = platform.distribution().job(*created);
    ledger_.assign_job(job.id, entry_index);
    entry.jobs.push_back(*created);
    std::fill_n(asked_.begin() + static_cast<std::ptrdiff_t>(first), job.outcomes.size(), Asked::waiting);
    outcome = read_outcomes(job, first);
    if (job.state != platform::JobState::distributed) open_jobs_.push_back({*created, first, entry_index});
  });
  entry.devices += outcome.handed_over;
  entry.failed += outcome.failed;
  return outcome;
}

/// What the job says of the devices that it had not come to when it was asked last.
HandoverOutcome LivePlatform::read_outcomes(const platform::Job& job, std::size_t first_device) {
  HandoverOutcome outcome;
  for (std::size_t i = 0; i < job.outcomes.size(); ++i) {
    const platform::JobDeviceOutcome& one = job.outcomes[i];
    Asked& asked = asked_[first_device + i];
    if (asked != Asked::waiting) continue;
    if (i >= job.next) {
      ++outcome.waiting;
    } else if (one.code == platform::outcome_code::handed_over) {
      asked = Asked::handed_over;
      ++outcome.handed_over;
    } else {
      asked = Asked::refused;
      if (outcome.failed++ == 0)
        outcome.first_failure = fmt::format("{}/{}: {} {}", job.request.product.view(), one.device.view(), one.code, one.message);
    }
  }
  return outcome;
}

/// Jobs go on by themselves, batch by batch, or when they are retried.
void LivePlatform::refresh_open_jobs(const platform::Distribution& distribution) {
  std::erase_if(open_jobs_, [&](const OpenJob& open) {
    const platform::Job& job = distribution.job(open.job);
    const HandoverOutcome since = read_outcomes(job, open.first_device);
    entries_[open.entry].devices += since.handed_over;
    entries_[open.entry].failed += since.failed;
    return job.state == platform::JobState::distributed;
  });
}

MoveCount LivePlatform::moves(const GroupRange& group) {
  MoveCount count;
  server_->call([&](Platform& platform, Output&, Instant) {
    refresh_open_jobs(platform.distribution());
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      if (asked_[i] == Asked::never) continue;
      ++count.asked;
      const bool bound = std::holds_alternative<platform::Bound>(platform.registry().device(indexes_[i]).placement);
      if (asked_[i] == Asked::handed_over && bound) ++count.moved;
    }
  });
  return count;
}

std::string LivePlatform::misbehave(const platform::MisbehaviourRule& rule) {
  std::string error;
  server_->call([&](Platform& platform, Output&, Instant now) {
    const auto name = platform.misbehaviour().add(rule, now);
    if (!name) error = name.error().message;
  });
  return error;
}

HealOutcome LivePlatform::heal(const std::vector<std::string>& names) {
  HealOutcome outcome;
  server_->call([&](Platform& platform, Output&, Instant now) {
    platform::misbehaviour::Engine& engine = platform.misbehaviour();
    std::vector<std::string> wanted = names;
    for (const auto& view : engine.rules(now)) {
      const auto named = std::find(wanted.begin(), wanted.end(), view.rule.name);
      if (!names.empty() && named == wanted.end()) continue;
      if (named != wanted.end()) wanted.erase(named);
      outcome.healed.push_back({view.rule.name, view.fired});
    }
    for (const HealedRule& rule : outcome.healed) engine.remove(rule.name);
    if (!wanted.empty()) outcome.error = fmt::format("the platform has no misbehaviour \"{}\"", wanted.front());
  });
  return outcome;
}

JobsOutcome LivePlatform::retry_jobs() {
  JobsOutcome outcome;
  server_->call([&](Platform& platform, Output& output, Instant now) {
    for (const Entry& entry : entries_) outcome.jobs += entry.jobs.size();
    for (const OpenJob& open : open_jobs_)
      if (platform.distribution().job(open.job).state != platform::JobState::distributed) platform.retry_job(open.job, now, output);
    refresh_open_jobs(platform.distribution());
    outcome.unfinished = open_jobs_.size();
    if (open_jobs_.empty()) return;
    const platform::Job& job = platform.distribution().job(open_jobs_.front().job);
    outcome.why = fmt::format("job {} is {}{}{}", job.id, platform::name_of(job.state), job.failure.empty() ? "" : ": ", job.failure);
  });
  return outcome;
}

PlacementCensus LivePlatform::census() {
  PlacementCensus census;
  server_->call([&](Platform& platform, Output&, Instant) {
    census.moved = platform.distribution().devices_moved();
    census.commits = platform.distribution().commits();
    census.stranded = platform.distribution().devices_in_handover();
    for (std::size_t i = 0; i < indexes_.size() && census.stranded_list.size() < failures_listed_max; ++i) {
      if (std::holds_alternative<platform::Bound>(platform.registry().device(indexes_[i]).placement)) continue;
      census.stranded_list.push_back({i, ledger_.stranded_reason(i)});
    }
  });
  return census;
}

std::vector<DistributionResult> LivePlatform::distribution() {
  std::vector<DistributionResult> results;
  server_->call([&](Platform& platform, Output&, Instant) {
    const platform::Distribution& distribution = platform.distribution();
    for (const Entry& entry : entries_) {
      DistributionResult result;
      result.job = entry.name;
      result.policy = entry.policy;
      result.source = entry.source;
      result.devices = entry.devices;
      result.failed = entry.failed;
      for (const JobIndex job : entry.jobs) {
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

std::vector<CommitSpan> LivePlatform::commit_spans() {
  std::vector<CommitSpan> spans;
  with_ledger([&](PlatformLedger& ledger) {
    for (const auto& [entry, span] : ledger.spans()) spans.push_back(span);
  });
  return spans;
}

void LivePlatform::with_ledger(const std::function<void(PlatformLedger&)>& work) {
  server_->call([&](Platform&, Output&, Instant) { work(ledger_); });
}

std::vector<bool> LivePlatform::all_in_handover() {
  std::vector<bool> result(indexes_.size());
  server_->call([&](Platform& platform, Output&, Instant) {
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      result[i] = std::holds_alternative<platform::Handover>(platform.registry().device(indexes_[i]).placement);
    }
  });
  return result;
}

void LivePlatform::stop() {
  if (!server_) return;
  server_->stop(drain_time);
  // The thread has ended: what it left in the ledger is ours now.
  ledger_.flush();
}

}  // namespace fleetsim::sim
