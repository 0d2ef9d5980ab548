// The life of a job: created, applied in batches, retried, deleted.
#include "platform-mock/core/distribution.hpp"

#include <algorithm>
#include <unordered_set>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/distribution_rules.hpp"
#include "platform-mock/core/placement_event.hpp"

namespace fleetsim::platform {
namespace {

/// Each name once, in order, none of them come to yet.
void await_devices(Job& job, const std::vector<DeviceName>& names) {
  job.outcomes.reserve(names.size());
  std::unordered_set<std::string_view> seen;
  seen.reserve(names.size());
  for (const DeviceName& name : names)
    if (seen.insert(name.view()).second)
      job.note(job.outcomes.emplace_back(JobDeviceOutcome{.device = name}), outcome_code::waiting, "waiting");
}

}  // namespace

Distribution::Distribution(const PlatformConfig& config, Registry& registry, const NearestAccess& nearest, std::uint64_t seed)
    : config_(config),
      registry_(registry),
      nearest_(nearest),
      random_(seed),
      codes_(config.limits, seed),
      firmware_grants_(config.limits.firmware_grants),
      unfinished_(registry.account_count(), 0) {}

Result<JobIndex, DistributeError> Distribution::create_job(const DistributeRequest& request, Instant now, Output& output) {
  const auto plan = check_request(config_, registry_, request);
  if (!plan) return fail(plan.error());
  if (auto refused = too_many_jobs(plan->source_account)) return fail(std::move(*refused));
  // Last of all, for a good code is used up by this.
  if (auto refused = wrong_code(request, plan->source_account, plan->target_account, now)) return fail(std::move(*refused));

  const JobIndex index{static_cast<std::uint32_t>(jobs_.size())};
  Job& job = jobs_.emplace_back();
  do {
    job.id = next_job_id();
  } while (!job_by_id_.emplace(job.id, index).second);  // one that is taken is not given again
  job.request = request;
  job.request.devices = {};
  job.request.verification_code = {};
  job.source_account = plan->source_account;
  job.target_account = plan->target_account;
  job.product = plan->product;
  job.source = plan->source;
  job.targets = plan->targets;
  await_devices(job, request.devices);
  job.committed.assign(job.targets.size(), 0);
  job.created = now;
  for (const InstanceIndex target : job.targets) job.regions.push_back(&registry_.region(registry_.instance(target).region));

  ++unfinished_[job.source_account.value];
  job.attempts = 1;
  set_state(job, JobState::initializing, output);
  set_state(job, JobState::distributing, output);
  // With nearest access too the product is at every target before any device is sent to one.
  for (const InstanceIndex target : job.targets) registry_.make_visible(job.product, {target, job.target_account}, now);
  if (request.content == JobContent::product_only) registry_.freeze_model(job.product);
  under_way_.push_back(index);
  apply_batch(job, index, now, output);
  return index;
}

std::optional<DistributeError> Distribution::too_many_jobs(AccountIndex account) const {
  const Limits& limits = config_.limits;
  if (limits.mode == LimitsMode::unlimited || unfinished_[account.value] < limits.unfinished_jobs_per_account) return std::nullopt;
  return DistributeError{"iot.system.IllegalRequest",
                         "account " + std::string{registry_.account(account).id.view()} + " already has " +
                             std::to_string(limits.unfinished_jobs_per_account) + " unfinished jobs",
                         LimitKind::unfinished_jobs_per_account};
}

std::optional<DistributeError> Distribution::wrong_code(const DistributeRequest& request, AccountIndex distributor, AccountIndex recipient,
                                                        Instant now) {
  if (request.method == Method::this_account) return std::nullopt;
  if (request.verification_code.empty())
    return refusal("iot.check.InvalidFormattedParameter", "method cross_account needs the verification code that the recipient was sent");
  const auto refused = [](std::string_view why) {
    return refusal("iot.system.IllegalRequest", std::string{"verification code: "}.append(why));
  };
  switch (codes_.use(distributor, recipient, request.verification_code, now)) {
    case CodeCheck::accepted:
      return std::nullopt;
    case CodeCheck::none_sent:
      return refused("none was sent to this recipient, or it has been used");
    case CodeCheck::expired:
      return refused("it has expired");
    case CodeCheck::wrong:
      return refused("it is wrong");
    case CodeCheck::too_many_tries:
      return DistributeError{"iot.system.IllegalRequest", "verification code: too many wrong tries: send a new one",
                             LimitKind::verification_code_tries};
  }
  return std::nullopt;
}

void Distribution::advance(Instant now, Output& output) {
  // A batch can end a job, which takes it from the list.
  const std::vector<JobIndex> due = under_way_;
  for (const JobIndex index : due) {
    Job& job = jobs_[index.value];
    if (job.state == JobState::distributing && !job.stalled && job.next_batch_at <= now) apply_batch(job, index, now, output);
  }
}

Instant Distribution::next_deadline() const {
  Instant next = kNever;
  for (const JobIndex index : under_way_) next = std::min(next, jobs_[index.value].next_batch_at);
  return next;
}

std::optional<DistributeError> Distribution::retry(JobIndex index, Instant now, Output& output) {
  Job& job = jobs_[index.value];
  if (job.deleted) return refusal("iot.system.IllegalRequest", "the job has been deleted");
  const bool is_stuck = job.state == JobState::distributing && now - job.changed >= config_.limits.job_stuck_after;
  if (job.state != JobState::failed && !is_stuck) {
    const std::string why = job.finished() ? "there is nothing to retry" : "it has not been so for long enough to retry";
    return refusal("iot.system.IllegalRequest", "job " + job.id + " is " + std::string{name_of(job.state)} + ": " + why);
  }
  if (auto refused = refusal_of_shared(registry_, job.product)) return refused;
  if (job.state == JobState::failed) {
    if (auto refused = too_many_jobs(job.source_account)) return refused;
    ++unfinished_[job.source_account.value];
    set_state(job, JobState::distributing, output);
  }
  job.stalled = false;
  job.failure.clear();
  ++job.attempts;
  if (std::find(under_way_.begin(), under_way_.end(), index) == under_way_.end()) under_way_.push_back(index);
  apply_batch(job, index, now, output);
  return std::nullopt;
}

std::optional<DistributeError> Distribution::delete_job(JobIndex index) {
  Job& job = jobs_[index.value];
  if (job.deleted) return refusal("iot.system.IllegalRequest", "the job has been deleted");
  if (!job.finished())
    return refusal("iot.system.IllegalRequest", "job " + job.id + " is " + std::string{name_of(job.state)} + ": it cannot be cancelled");
  job_changed(index);
  job_by_id_.erase(job.id);
  job.deleted = true;
  job.outcomes = {};  // its record; that it has distributed these devices stays true
  job.messages.resize(1);
  return std::nullopt;
}

std::optional<JobIndex> Distribution::find_job(std::string_view id) const {
  const auto at = job_by_id_.find(std::string{id});
  if (at == job_by_id_.end()) return std::nullopt;
  return at->second;
}

std::vector<JobIndex> Distribution::jobs_of(AccountIndex account) const {
  std::vector<JobIndex> found;
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (jobs_[i].source_account == account && !jobs_[i].deleted) found.push_back(JobIndex{static_cast<std::uint32_t>(i)});
  return found;
}

std::string Distribution::next_job_id() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t random_characters = 20;
  std::string id;
  for (std::size_t i = 0; i < random_characters; ++i) id.push_back(alphabet[random_.below(alphabet.size())]);
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

/// The next devices, each of them wholly or not at all. Distributed is said of the job: its devices follow one by one, when they connect.
void Distribution::apply_batch(Job& job, JobIndex index, Instant now, Output& output) {
  job_changed(index);
  // Bounded whatever the mode: everybody else waits while a batch is handed over.
  const std::size_t end = std::min(job.outcomes.size(), job.next + std::max<std::size_t>(config_.limits.devices_per_batch, 1));
  job.changed = now;
  job.next_batch_at = now + config_.limits.job_batch_interval;
  while (job.next < end) {
    const JobFault fault = faults_ == nullptr ? JobFault::none : faults_->before(job, job.next, now, output);
    if (fault == JobFault::none) {
      hand_over_next(job, index, output);
      continue;
    }
    std::erase(under_way_, index);
    if (fault == JobFault::stall) {
      job.stalled = true;
      return;
    }
    job.failure = "network jitter before device " + std::string{job.outcomes[job.next].device.view()};
    set_state(job, JobState::failed, output);
    --unfinished_[job.source_account.value];
    return;
  }
  if (job.next < job.outcomes.size()) return;
  std::erase(under_way_, index);
  set_state(job, JobState::distributed, output);
  --unfinished_[job.source_account.value];
}

void Distribution::hand_over_next(Job& job, JobIndex index, Output& output) {
  JobDeviceOutcome& outcome = job.outcomes[job.next++];
  const Verdict verdict = hand_over_one(job, index, outcome.device);
  job.note(outcome, verdict.code, verdict.message);
  if (outcome.code != outcome_code::handed_over) return;
  const DeviceIndex device = *registry_.find_device(job.product, outcome.device.view());
  job.devices.push_back(device);
  handed_over_.push_back(device);
  const InstanceIndex bound_last = std::as_const(registry_).device(device).resides_at().instance;
  PlatformEvent event = placement_event(PlatformEventKind::handover_started, registry_, device, bound_last);
  event.job = job.id;
  event.reason = verdict.message;
  output.event(event);
}

Distribution::Verdict Distribution::hand_over_one(const Job& job, JobIndex index, const DeviceName& name) {
  const auto device = registry_.find_device(job.product, name.view());
  const Place source{job.source, job.source_account};
  const bool is_foreign = device && registry_.device(*device).listed_at().account != job.source_account &&
                          registry_.product(job.product).owner != job.source_account;
  // A device that never was this account's is none to it.
  if (!device || is_foreign) return {outcome_code::device_not_found, "there is no such device"};
  if (registry_.product(job.product).shared_devices > 0)
    return {outcome_code::product_shared, "a device of the product was authorized or transferred meanwhile"};
  const DeviceRecord& record = registry_.device(*device);
  const Place found_at = record.listed_at();
  if (found_at != source) {
    std::string where = "resides at " + std::string{registry_.instance(found_at.instance).config.id.view()};
    if (found_at.account != source.account) where.append(" with another account");
    return {outcome_code::not_at_source, where + ", not at the source"};
  }
  std::string message;
  if (const Handover* const handover = handover_of(record); handover != nullptr) {
    if (handover->job.value > index.value)
      return {outcome_code::not_at_source, "was given to the newer job " + jobs_[handover->job.value].id};
    message = "takes over from job " + jobs_[handover->job.value].id;
  } else {
    ++in_handover_;
    if (record.moves > 0) --moved_;
  }
  registry_.start_handover(*device, index, job.lists_at());
  if (record.listed_at() != source && listener_ != nullptr) listener_->distributed(*device);
  return {outcome_code::handed_over, std::move(message)};
}

}  // namespace fleetsim::platform
