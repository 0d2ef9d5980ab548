// Distribution: jobs, who may connect where, and when a move commits. The rules of "Distribute devices"; RULES.md lists them.
//
//   auto job = distribution.create_job(request, now, output);          // its first devices are in handover from here on
//   while (distribution.next_deadline() <= now) distribution.advance(now, output);   // the rest follows in batches
//   switch (distribution.admit(device, instance, peer)) { ... }         // a valid, signed CONNECT
//   case Admission::commit: distribution.commit(device, instance, peer, output);
//
// A device in handover can be given to another job, from the place where it is listed: the newer job takes over, and its targets count
// from then on. With policy region that place is the target at once: from the old source nobody gets hold of it any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/accounts/firmware_grants.hpp"
#include "platform-mock/core/accounts/verification_codes.hpp"
#include "platform-mock/core/distribution_faults.hpp"
#include "platform-mock/core/distribution_job.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/nearest.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/random_stream.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

/// Told when a device is distributed, so that whoever keeps its tags, groups and topology clears them: they do not move. With policy
/// region that is when the job comes to it, with nearest access when it commits elsewhere: when it is listed at another place.
class DistributionListener {
 public:
  virtual ~DistributionListener() = default;
  virtual void distributed(DeviceIndex device) = 0;
};

enum class Admission : std::uint8_t {
  accept,       // bound here
  commit,       // in handover and this is a target: accept, then call commit()
  notify_only,  // in handover and this is its source
  refuse_disabled,
  refuse_distributed_away,  // bound elsewhere, or a source that refuses
};

enum class FirmwareUpdate : std::uint8_t {
  allowed,
  not_here,           // the device is not at this place, or no longer
  file_not_obtained,  // another account's product, and its owner has not handed this file over
};

class Distribution {
 public:
  /// `seed`: Ports::seed; job ids and verification codes come from it. All references must outlive this.
  Distribution(const PlatformConfig& config, Registry& registry, const NearestAccess& nearest, std::uint64_t seed = 1);
  Distribution(const Distribution&) = delete;
  Distribution& operator=(const Distribution&) = delete;

  /// Who hears of what moved; null: nobody. It must outlive this.
  void tell(DistributionListener* listener) { listener_ = listener; }
  /// What goes wrong inside jobs; null: nothing. It must outlive this.
  void inject(JobFaultPlan* faults) { faults_ = faults; }
  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) {
    journal_ = journal;
    firmware_grants_.record(journal);
    codes_.record(journal);
  }
  /// Where limits that are reached without an error are counted; null: nowhere. It must outlive this.
  void count(LimitCounts* limits) { codes_.count(limits); }
  /// Puts back a job that was kept: in the order of their indices, deleted ones too, once the registry has its devices. One that is
  /// under way goes on with advance().
  void restore_job(Job job);
  /// After the last job: counts what the registry's devices say.
  void restored();

  /// Checks every rule, then starts at once: the product can be seen at the targets, and the first batch of devices is handed over.
  Result<JobIndex, DistributeError> create_job(const DistributeRequest& request, Instant now, Output& output);
  /// Applies the next batch of each job that is due.
  void advance(Instant now, Output& output);
  Instant next_deadline() const;
  /// Goes on with a job that failed, or that has been distributing for `limits.job_stuck_after` without coming further.
  std::optional<DistributeError> retry(JobIndex index, Instant now, Output& output);
  /// Only what is finished: a job under way cannot be cancelled. Its record is gone; its devices still follow it.
  std::optional<DistributeError> delete_job(JobIndex index);
  /// Devices handed over since this was asked last: the caller notifies those that are online.
  std::vector<DeviceIndex> take_handed_over() { return std::exchange(handed_over_, {}); }

  const Job& job(JobIndex index) const { return jobs_[index.value]; }
  /// Of indices given away: deleted jobs count too.
  std::size_t job_count() const { return jobs_.size(); }
  /// Nothing for a deleted one.
  std::optional<JobIndex> find_job(std::string_view id) const;
  /// Those that an account created and has not deleted, oldest first.
  std::vector<JobIndex> jobs_of(AccountIndex account) const;
  std::uint32_t unfinished_jobs(AccountIndex account) const { return unfinished_[account.value]; }

  /// What a valid, signed CONNECT at `instance` from `peer` is worth. Changes nothing.
  Admission admit(DeviceIndex device, InstanceIndex instance, const IpAddress& peer) const;
  /// The move is done: bound here from now on, inactive data there, activated here. Precondition: admit() said commit.
  void commit(DeviceIndex device, InstanceIndex target, const IpAddress& peer, Output& output);
  /// How far the handover of a device has come; ignored for a device that is in none.
  void note(DeviceIndex device, HandoverStep step);
  /// The device is about to be removed: it ends in no report, and no job waits for it.
  void forget(DeviceIndex device);

  struct Resolution {
    InstanceIndex instance;
    std::string reason;  // "bound", "job J1 region", "nearest of 4: DE -> eu-central-1 412 km"
  };
  /// Where a bootstrap request from `peer` is sent. A function of placement and address; changes nothing.
  Resolution resolve(DeviceIndex device, const IpAddress& peer) const;

  VerificationCodes& codes() { return codes_; }
  const VerificationCodes& codes() const { return codes_; }
  FirmwareGrants& firmware_grants() { return firmware_grants_; }
  /// A firmware update is set at the place where the device is, or has been sent by policy region; nowhere else.
  bool may_update_firmware_at(DeviceIndex device, const Place& place) const;
  /// The same with the rule for another account's products. `file`: the digest of the firmware.
  FirmwareUpdate firmware_update(DeviceIndex device, const Place& place, std::string_view file) const;

  // What became of it all, for reports.
  std::size_t devices_in_handover() const { return in_handover_; }
  /// Devices whose last job committed.
  std::size_t devices_moved() const { return moved_; }
  std::uint64_t commits() const { return commits_; }
  struct Stranded {
    DeviceIndex device;
    std::string reason;  // "job J1 from iotx-oxssharez200: notified, never replied"
  };
  /// The first `count_max` devices in handover, in registry order.
  std::vector<Stranded> stranded(std::size_t count_max) const;
  /// Instance id -> devices that committed there under this job; every target is listed.
  std::map<std::string, std::uint64_t> committed_by_instance(JobIndex index) const;
  /// "DE -> eu-central-1" -> devices: where the committing CONNECT came from and where it went. Nearest access only.
  std::map<std::string, std::uint64_t> nearest_reasons(JobIndex index) const;

 private:
  std::string next_job_id();
  std::optional<DistributeError> too_many_jobs(AccountIndex account) const;
  std::optional<DistributeError> wrong_code(const DistributeRequest& request, AccountIndex distributor, AccountIndex recipient,
                                            Instant now);
  void set_state(Job& job, JobState state, Output& output);
  void apply_batch(Job& job, JobIndex index, Instant now, Output& output);
  void hand_over_next(Job& job, JobIndex index, Output& output);
  struct Verdict {
    std::int32_t code = outcome_code::handed_over;
    std::string message;
  };
  Verdict hand_over_one(const Job& job, JobIndex index, const DeviceName& name);
  NearestChoice nearest_of(const Job& job, const IpAddress& peer) const;
  void job_changed(JobIndex index) {
    if (journal_ != nullptr) journal_->job_changed(index);
  }

  const PlatformConfig& config_;
  Registry& registry_;
  const NearestAccess& nearest_;
  RandomStream random_;
  VerificationCodes codes_;
  FirmwareGrants firmware_grants_;
  DistributionListener* listener_ = nullptr;
  JobFaultPlan* faults_ = nullptr;
  Journal* journal_ = nullptr;
  std::deque<Job> jobs_;  // a job stays where it is: references to it are handed out
  std::unordered_map<std::string, JobIndex> job_by_id_;
  std::vector<JobIndex> under_way_;        // distributing and not stalled, oldest first
  std::vector<std::uint32_t> unfinished_;  // by account
  std::vector<DeviceIndex> handed_over_;
  std::size_t in_handover_ = 0;
  std::size_t moved_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace fleetsim::platform
