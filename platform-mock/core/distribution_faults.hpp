// What can go wrong inside a job, on demand: the network jitters and the job fails, or it stalls and stays where it is until it is
// retried. Asked before each device, so that a fault falls between two devices and never inside one.
//
//   JobFaultScript faults;
//   faults.add(JobFault::jitter, 3);          // once: the first job that comes to its fourth device fails there
//   distribution.inject(&faults);
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/distribution_job.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

enum class JobFault : std::uint8_t { none, jitter, stall };

class JobFaultPlan {
 public:
  virtual ~JobFaultPlan() = default;
  /// Before the device at `position` of the job is handed over.
  virtual JobFault before(const Job& job, std::size_t position, Instant now, Output& output) = 0;
};

/// Faults that happen once each, at a position of whichever job comes there first.
class JobFaultScript final : public JobFaultPlan {
 public:
  /// `faults_max`: planned at once.
  explicit JobFaultScript(std::size_t faults_max = default_limits.job_faults) : faults_max_(faults_max) {}

  /// False when there are too many.
  bool add(JobFault fault, std::size_t position) {
    if (planned_.size() >= faults_max_) return false;
    planned_.push_back({fault, position});
    return true;
  }
  JobFault before(const Job&, std::size_t position, Instant, Output&) override {
    const auto due = std::find_if(planned_.begin(), planned_.end(), [position](const Planned& one) { return one.position == position; });
    if (due == planned_.end()) return JobFault::none;
    const JobFault fault = due->fault;
    planned_.erase(due);
    return fault;
  }

 private:
  struct Planned {
    JobFault fault{};
    std::size_t position = 0;
  };
  std::size_t faults_max_;
  std::vector<Planned> planned_;
};

}  // namespace fleetsim::platform
