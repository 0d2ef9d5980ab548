// What became of the devices, for reports.
#include <algorithm>
#include <string>
#include <utility>

#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/placement_event.hpp"

namespace fleetsim::platform {

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

}  // namespace fleetsim::platform
