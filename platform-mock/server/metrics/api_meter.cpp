#include "platform-mock/server/metrics/api_meter.hpp"

#include <algorithm>

#include "platform-mock/core/api/action_table.hpp"

namespace fleetsim::platform {

ApiMeter::ApiMeter(std::chrono::steady_clock::time_point epoch) : epoch_(epoch), actions_(action_table().size() + 1) {}

void ApiMeter::answered(const AnsweredCall& call) {
  const std::size_t at = call.action.value_or(action_table().size());
  Action& action = actions_[at];
  const auto took = std::chrono::steady_clock::now() - (epoch_ + call.asked.time_since_epoch());
  const double seconds = std::max(0.0, std::chrono::duration<double>(took).count());
  ++action.count;
  action.seconds += seconds;
  const auto bound = std::lower_bound(api_seconds_bounds.begin(), api_seconds_bounds.end(), seconds);
  ++action.buckets[static_cast<std::size_t>(bound - api_seconds_bounds.begin())];
  if (call.code == api_success) {
    ++action.succeeded;
  } else {
    note_refusal(at, call.code);
  }
}

void ApiMeter::note_refusal(std::size_t action, std::string_view code) {
  const auto key = std::pair{action, std::string{code}};
  const auto known = refusals_.find(key);
  if (known != refusals_.end()) {
    ++known->second;
  } else {
    ++refusals_[refusals_.size() < refusals_max ? key : std::pair{action_table().size(), std::string{"other"}}];
  }
}

}  // namespace fleetsim::platform
