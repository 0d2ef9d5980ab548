#include "platform-mock/core/distribution_job.hpp"

#include <algorithm>

namespace fleetsim::platform {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::this_account:
      return "this_account";
    case Method::cross_account:
      return "cross_account";
  }
  return {};
}

std::string_view name_of(Policy policy) {
  switch (policy) {
    case Policy::region:
      return "region";
    case Policy::nearest_access:
      return "nearest_access";
  }
  return {};
}

std::string_view name_of(JobContent content) {
  switch (content) {
    case JobContent::devices:
      return "devices";
    case JobContent::product_only:
      return "product_only";
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

void Job::note(JobDeviceOutcome& outcome, std::int32_t code, std::string_view message) {
  outcome.code = code;
  outcome.message = 0;
  if (message.empty()) return;
  if (messages.back() != message) messages.emplace_back(message);
  outcome.message = static_cast<std::uint32_t>(messages.size() - 1);
}

Place Job::lists_at() const {
  switch (request.policy) {
    case Policy::region:
      return {targets.front(), target_account};
    case Policy::nearest_access:
      return {source, source_account};
  }
  return {source, source_account};
}

}  // namespace fleetsim::platform
