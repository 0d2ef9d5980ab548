// Putting back jobs that a store has kept, in whatever state the process left them.
#include <utility>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/placement_event.hpp"

namespace fleetsim::platform {

void Distribution::restore_job(Job job) {
  const JobIndex index{static_cast<std::uint32_t>(jobs_.size())};
  ensure(job.committed.size() == job.targets.size() && (job.deleted || job.next <= job.outcomes.size()));
  job.regions.clear();
  for (const InstanceIndex target : job.targets) job.regions.push_back(&registry_.region(registry_.instance(target).region));
  if (!job.deleted) ensure(job_by_id_.emplace(job.id, index).second);
  if (!job.finished()) {
    ++unfinished_[job.source_account.value];
    if (!job.stalled) under_way_.push_back(index);
  }
  jobs_.push_back(std::move(job));
}

void Distribution::restored() {
  in_handover_ = 0;
  moved_ = 0;
  commits_ = 0;
  for (std::size_t i = 0; i < registry_.device_count(); ++i) {
    const DeviceRecord& record = std::as_const(registry_).device(DeviceIndex{static_cast<std::uint32_t>(i)});
    commits_ += record.moves;
    if (record.removed) continue;
    if (const Handover* const handover = handover_of(record); handover != nullptr) {
      ++in_handover_;
      if (handover->job.value < jobs_.size())  // else the invariants say so
        registry_.restore_listing(DeviceIndex{static_cast<std::uint32_t>(i)}, jobs_[handover->job.value].lists_at());
    } else if (record.moves > 0) {
      ++moved_;
    }
  }
}

}  // namespace fleetsim::platform
