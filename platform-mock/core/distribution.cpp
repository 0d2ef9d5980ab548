#include "platform-mock/core/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/distribution_rules.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view unknown_country = "unknown";

/// SplitMix64: the ids only have to look real and to depend on the seed alone.
std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

const Handover* handover_of(const DeviceRecord& record) { return std::get_if<Handover>(&record.placement); }

PlatformEvent device_event(PlatformEventKind kind, const Registry& registry, DeviceIndex device, InstanceIndex at) {
  const DeviceRecord& record = registry.device(device);
  const Instance& instance = registry.instance(at);
  PlatformEvent event;
  event.kind = kind;
  event.product_key = registry.product(record.product).config.key.view();
  event.device_name = record.name;
  event.instance = instance.config.id.view();
  event.region = instance.config.region.view();
  return event;
}

}  // namespace

std::string_view name_of(Policy policy) {
  switch (policy) {
    case Policy::region:
      return "region";
    case Policy::nearest_access:
      return "nearest_access";
  }
  return {};
}

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::initializing:
      return "initializing";
    case JobState::distributing:
      return "distributing";
    case JobState::distributed:
      return "distributed";
    case JobState::failed:
      return "failed";
  }
  return {};
}

std::optional<std::size_t> Job::target_position(InstanceIndex instance) const {
  const auto at = std::find(targets.begin(), targets.end(), instance);
  if (at == targets.end()) return std::nullopt;
  return static_cast<std::size_t>(at - targets.begin());
}

Distribution::Distribution(const PlatformConfig& config, Registry& registry, const NearestAccess& nearest, std::uint64_t seed)
    : config_(config), registry_(registry), nearest_(nearest), random_state_(seed) {}

Result<JobIndex, DistributeError> Distribution::create_job(const DistributeRequest& request, Instant now, Output& output) {
  const auto plan = check_request(config_, registry_, request);
  if (!plan) return fail(plan.error());
  const Limits& limits = config_.limits;
  if (limits.mode == LimitsMode::documented && unfinished_of(request.account) >= limits.unfinished_jobs_per_account)
    return fail(DistributeError{"iot.system.IllegalRequest", "account " + std::string{request.account.view()} + " already has " +
                                                                 std::to_string(limits.unfinished_jobs_per_account) + " unfinished jobs"});

  const JobIndex index{static_cast<std::uint32_t>(jobs_.size())};
  Job& job = jobs_.emplace_back();
  job.id = next_job_id();
  job.request = {request.account, request.product, request.source, request.policy, request.targets, {}};
  job.targets = plan->targets;
  job.source_account = *registry_.find_account(request.account.view());
  job.target_account = job.source_account;
  job.committed.assign(job.targets.size(), 0);
  job.created = now;
  for (const InstanceIndex target : job.targets) job.regions.push_back(&registry_.region(registry_.instance(target).region));

  ++unfinished_of(request.account);
  set_state(job, JobState::initializing, output);
  set_state(job, JobState::distributing, output);
  for (const InstanceIndex target : job.targets) registry_.make_visible(plan->product, {target, job.target_account}, now);
  hand_over(job, index, plan->product, request.devices, output);
  // Distributed is said of the job: its devices follow one by one, when they connect.
  set_state(job, JobState::distributed, output);
  --unfinished_of(request.account);
  return index;
}

std::optional<JobIndex> Distribution::find_job(std::string_view id) const {
  const auto at = std::find_if(jobs_.begin(), jobs_.end(), [id](const Job& job) { return job.id == id; });
  if (at == jobs_.end()) return std::nullopt;
  return JobIndex{static_cast<std::uint32_t>(at - jobs_.begin())};
}

Admission Distribution::admit(DeviceIndex device, InstanceIndex instance, const IpAddress& peer) const {
  const DeviceRecord& record = registry_.device(device);
  if (!record.enabled) return Admission::refuse_disabled;
  const Handover* const handover = handover_of(record);
  if (handover == nullptr) {
    if (std::get_if<Bound>(&record.placement)->at == instance) return Admission::accept;
    const bool lived_here = registry_.residence(device, {instance, record.account}) != nullptr;
    if (config_.planted_bugs.source_accepts_after_commit && lived_here) return Admission::accept;
    return Admission::refuse_distributed_away;
  }
  const Job& from = jobs_[handover->job.value];
  if (const auto position = from.target_position(instance)) {
    const bool any_target_will_do = from.request.policy == Policy::region || config_.nearest_commit == NearestCommit::any;
    if (any_target_will_do || nearest_of(from, peer).index == *position) return Admission::commit;
  }
  // The source may be a target too (nearest access back home); where it is not the nearest one, it is a source like any other.
  if (instance == handover->source && config_.source_login == SourceLogin::notify_only) return Admission::notify_only;
  return Admission::refuse_distributed_away;
}

void Distribution::commit(DeviceIndex device, InstanceIndex target, const IpAddress& peer, Output& output) {
  const Handover* const handover = handover_of(registry_.device(device));
  ensure(handover != nullptr);
  Job& done = jobs_[handover->job.value];
  const auto position = done.target_position(target);
  ensure(position.has_value());

  std::string reason;
  if (done.request.policy == Policy::nearest_access) {
    const NearestChoice nearest = nearest_of(done, peer);
    reason = nearest.country ? *nearest.country : std::string{unknown_country};
    ++done.committed_from[{reason, static_cast<std::uint32_t>(*position)}];
    reason.append(" -> ").append(done.regions[*position]->id.view());
  }
  ++done.committed[*position];
  registry_.bind(device, {target, done.target_account});
  --in_handover_;
  ++moved_;
  ++commits_;
  PlatformEvent event = device_event(PlatformEventKind::committed, registry_, device, target);
  event.job = done.id;
  event.reason = reason;
  event.peer = peer;
  output.event(event);
}

void Distribution::note(DeviceIndex device, HandoverStep step) {
  DeviceRecord& record = registry_.device(device);
  if (handover_of(record) != nullptr && step > record.handover_step) record.handover_step = step;
}

Distribution::Resolution Distribution::resolve(DeviceIndex device, const IpAddress& peer) const {
  const DeviceRecord& record = registry_.device(device);
  const Handover* const handover = handover_of(record);
  if (handover == nullptr) return {std::get_if<Bound>(&record.placement)->at, "bound"};
  const Job& from = jobs_[handover->job.value];
  if (from.request.policy == Policy::region) return {from.targets.front(), "job " + from.id + " region"};
  const NearestChoice nearest = nearest_of(from, peer);
  std::string reason = "nearest of " + std::to_string(from.targets.size()) + ": ";
  reason.append(nearest.country ? *nearest.country : unknown_country).append(" -> ").append(from.regions[nearest.index]->id.view());
  if (nearest.country) reason.append(" ").append(std::to_string(std::lround(nearest.distance_km))).append(" km");
  return {from.targets[nearest.index], std::move(reason)};
}

std::vector<Distribution::Stranded> Distribution::stranded(std::size_t count_max) const {
  std::vector<Stranded> found;
  const auto wanted = std::min(count_max, in_handover_);
  for (std::size_t i = 0; i < registry_.device_count() && found.size() < wanted; ++i) {
    const DeviceIndex device{static_cast<std::uint32_t>(i)};
    const DeviceRecord& record = registry_.device(device);
    const Handover* const handover = handover_of(record);
    if (handover == nullptr) continue;
    std::string reason = "job " + jobs_[handover->job.value].id + " from ";
    reason.append(registry_.instance(handover->source).config.id.view()).append(": ");
    if (!record.enabled) reason.append("disabled; ");
    switch (record.handover_step) {
      case HandoverStep::handed_over:
        reason.append("never notified: no session at the source since then");
        break;
      case HandoverStep::notified:
        reason.append("notified, never replied");
        break;
      case HandoverStep::replied:
        reason.append("replied, but no valid CONNECT at a target");
        break;
    }
    found.push_back({device, std::move(reason)});
  }
  return found;
}

std::map<std::string, std::uint64_t> Distribution::committed_by_instance(JobIndex index) const {
  const Job& of = jobs_[index.value];
  std::map<std::string, std::uint64_t> counts;
  for (std::size_t i = 0; i < of.targets.size(); ++i) counts.emplace(registry_.instance(of.targets[i]).config.id.view(), of.committed[i]);
  return counts;
}

std::map<std::string, std::uint64_t> Distribution::nearest_reasons(JobIndex index) const {
  const Job& of = jobs_[index.value];
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [from, count] : of.committed_from)
    counts.emplace(from.first + " -> " + std::string{of.regions[from.second]->id.view()}, count);
  return counts;
}

std::string Distribution::next_job_id() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t random_characters = 20;
  std::string id;
  for (std::size_t i = 0; i < random_characters; ++i) id.push_back(alphabet[next_random(random_state_) % alphabet.size()]);
  return id + "010001";
}

void Distribution::set_state(Job& job, JobState state, Output& output) {
  job.state = state;
  PlatformEvent event;
  event.kind = PlatformEventKind::job_state_changed;
  event.product_key = job.request.product.view();
  event.instance = job.request.source.view();
  event.job = job.id;
  event.reason = name_of(state);
  output.event(event);
}

void Distribution::hand_over(Job& job, JobIndex index, ProductIndex product, std::vector<DeviceName> names, Output& output) {
  const auto source = registry_.find_instance(job.request.source.view());
  std::unordered_set<std::string_view> seen;
  seen.reserve(names.size());
  // The outcomes own the names that `seen` looks at, so they must not move while it does.
  job.outcomes.reserve(names.size());
  job.devices.reserve(names.size());
  for (DeviceName& name : names) {
    if (seen.find(name.view()) != seen.end()) continue;
    job.outcomes.push_back(hand_over_one(index, product, *source, std::move(name)));
    const JobDeviceOutcome& outcome = job.outcomes.back();
    seen.insert(outcome.device.view());
    if (outcome.code != outcome_code::handed_over) continue;
    const DeviceIndex device = *registry_.find_device(product, outcome.device.view());
    job.devices.push_back(device);
    PlatformEvent event = device_event(PlatformEventKind::handover_started, registry_, device, *source);
    event.job = job.id;
    event.reason = outcome.message;
    output.event(event);
  }
}

JobDeviceOutcome Distribution::hand_over_one(JobIndex index, ProductIndex product, InstanceIndex source, DeviceName name) {
  const auto device = registry_.find_device(product, name.view());
  if (!device) return {std::move(name), outcome_code::device_not_found, "there is no such device"};
  const DeviceRecord& record = registry_.device(*device);
  const Handover* const handover = handover_of(record);
  const InstanceIndex lives_at = record.resides_at().instance;
  if (lives_at != source)
    return {std::move(name), outcome_code::not_at_source,
            "resides at " + std::string{registry_.instance(lives_at).config.id.view()} + ", not at the source"};
  std::string message;
  if (handover != nullptr) {
    message = "takes over from job " + jobs_[handover->job.value].id;
  } else {
    ++in_handover_;
    if (record.moves > 0) --moved_;
  }
  registry_.start_handover(*device, source, index);
  if (listener_ != nullptr) listener_->distributed(*device);
  return {std::move(name), outcome_code::handed_over, std::move(message)};
}

NearestChoice Distribution::nearest_of(const Job& job, const IpAddress& peer) const { return nearest_.choose(peer, job.regions); }

std::uint32_t& Distribution::unfinished_of(const AccountId& account) { return unfinished_jobs_[account]; }

}  // namespace fleetsim::platform
