// Distribution jobs and what became of their devices.
#include <array>

#include "platform-mock/server/metrics/families.hpp"

namespace fleetsim::platform {

void add_job_metrics(Families& families, Platform& platform) {
  const Distribution& distribution = platform.distribution();
  constexpr std::array states = {JobState::initializing, JobState::distributing, JobState::distributed, JobState::failed};
  std::array<std::uint64_t, states.size()> by_state{};
  for (std::size_t i = 0; i < distribution.job_count(); ++i) {
    const Job& job = distribution.job(JobIndex{static_cast<std::uint32_t>(i)});
    if (!job.deleted) ++by_state[static_cast<std::size_t>(job.state)];
  }
  Family jobs = families.gauge("fleetsim_jobs", "Distribution jobs that are not deleted, by state.");
  for (const JobState state : states) jobs.add({{"state", name_of(state)}}, by_state[static_cast<std::size_t>(state)]);
  families.counter("fleetsim_jobs_created_total", "Distribution jobs ever created, deleted ones too.")
      .add({}, static_cast<std::uint64_t>(distribution.job_count()));
  families.counter("fleetsim_devices_registered_total", "Devices ever registered, removed ones too.")
      .add({}, static_cast<std::uint64_t>(platform.registry().device_count()));
  families.gauge("fleetsim_devices_in_handover", "Devices handed over by a job that have not connected at their target yet.")
      .add({}, static_cast<std::uint64_t>(distribution.devices_in_handover()));
  families.gauge("fleetsim_devices_moved", "Devices whose last job is done.")
      .add({}, static_cast<std::uint64_t>(distribution.devices_moved()));
}

}  // namespace fleetsim::platform
